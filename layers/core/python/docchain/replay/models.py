"""What a replay is asked for, and the plan of what it does."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from docchain.definitions.models import WorkflowDefinition
from docchain.runs.models import NodeRecord, Run


class Decision(StrEnum):
    REUSED = "reused"
    RUNS = "runs"
    # On what the nodes before it make this time: equal inputs, and its record is reused.
    DEPENDS = "depends"
    SKIPPED = "skipped"


class NodeEdit(BaseModel):
    """Members take the place of those there; one that is null is taken away."""

    config: dict[str, Any] | None = None
    input_data: dict[str, Any] | None = None


@dataclass(frozen=True)
class Order:
    """``version`` of ``None`` is that of the run; ``params`` of ``None`` are its own."""

    from_node: str | None = None
    edits: dict[str, NodeEdit] = field(default_factory=dict)
    params: dict[str, Any] | None = None
    version: int | None = None
    budget_usd: float | None = None


@dataclass(frozen=True)
class Source:
    """A run that has ended, what it ran, and what it recorded."""

    run: Run
    definition: WorkflowDefinition
    records: dict[str, NodeRecord]


class PlannedNode(BaseModel):
    """``cost_usd`` and ``seconds`` are what it took in the replayed run; absent when it has no record there."""

    key: str
    node_type: str
    decision: Decision
    reason: str
    effect_class: str
    # Asked for by from_node: not even an equal result is taken over.
    forced: bool = False
    cost_usd: float | None = None
    seconds: float | None = None


class Effects(BaseModel):
    """Keys of nodes of one class: those that act again, and those that do if what they read changes."""

    fire: list[str] = Field(default_factory=list)
    may_fire: list[str] = Field(default_factory=list)


class Expected(BaseModel):
    """``most`` is when everything that depends runs; ``without_figures`` are nodes that never ran before."""

    cost_usd_least: float
    cost_usd_most: float
    saved_usd: float
    seconds_least: float
    seconds_most: float
    without_figures: list[str] = Field(default_factory=list)


class Plan(BaseModel):
    nodes: list[PlannedNode]
    effects: dict[str, Effects]
    expected: Expected

    def keys_that(self, decision: Decision) -> list[str]:
        return [n.key for n in self.nodes if n.decision == decision]
