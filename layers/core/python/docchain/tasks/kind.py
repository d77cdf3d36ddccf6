"""What a kind of background task is to the workers: a shape for what it is given, and the work itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel


@dataclass(frozen=True)
class TaskContext:
    """``check`` is called between units of work and raises ``TaskCancelled`` or ``TaskTimedOut``.

    ``attempt`` counts from 1. ``progress`` takes a share from 0 to 1 and what is being done; it is told at most once
    a second, so call it as often as you like. ``state`` is what the kind's last ``TaskWaits`` carried, else empty.
    """

    tenant: str
    user_id: int
    task_id: str
    attempt: int
    deadline: datetime
    check: Callable[[], None]
    progress: Callable[[float, str], None]
    state: dict[str, Any] = field(default_factory=dict)


class TaskKind(Protocol):
    """``run`` may be called again for the same ``task_id``: its effect must still be there once.

    It returns a JSON object, the task's result, or raises: ``TaskWaits`` to be called again later, ``TaskRefused``
    for what no other attempt can mend, anything else to be tried again with backoff.
    """

    name: str
    parameters: type[BaseModel]

    def run(self, parameters: Any, context: TaskContext) -> dict[str, Any]: ...
