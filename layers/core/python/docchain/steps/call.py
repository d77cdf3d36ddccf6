"""What a node's worker gets and gives; everything around it is the same for all kinds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docchain.costs.worst_case import PaidCall
from docchain.documents.models import Document, NewDocument
from docchain.events.models import Event
from docchain.storage.table import Action

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class NodeCall:
    """``config`` is rendered and checked. ``scope`` is what templates see. ``upstream`` are the outputs of the direct
    dependencies, in the order they were named. ``deadline`` is in ``time.monotonic()`` seconds.
    """

    tenant_id: str
    run_id: int
    node_key: str
    config: Any
    scope: dict[str, Any]
    upstream: dict[str, dict[str, Any]]
    deadline: float
    read_document: Callable[[str], tuple[Document, bytes]]
    written: dict[str, Any] = field(default_factory=dict)
    effect_key: str = ""
    effect_class: str = "pure"
    workflow_id: int = 0
    # A worker that pays calls this before, with the most that it may cost; it raises when a budget has no room.
    about_to_pay: Callable[[PaidCall], None] = lambda _: None

    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()


@dataclass(frozen=True)
class NodeResult:
    """``facts`` are the scalars that conditions may read. ``consumed`` names the documents that were read.

    ``document`` is the one that it made; ``parts`` are the many, at most 50.

    ``writes`` and ``events`` happen in the transaction that completes the record: with it, and once.
    """

    output: dict[str, Any]
    facts: dict[str, Scalar] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    document: NewDocument | None = None
    parts: tuple[NewDocument, ...] = ()
    consumed: tuple[str, ...] = ()
    writes: tuple[Action, ...] = ()
    events: tuple[Event, ...] = ()


Worker = Callable[[NodeCall], NodeResult]
