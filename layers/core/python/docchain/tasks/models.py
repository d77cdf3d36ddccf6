"""A background task: what was asked, where it stands, and which of its counters it is in."""

from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from docchain.tasks.kinds.pools import Pool


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class TaskStatus(StrEnum):
    """What users see."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRYING = "retrying"


class Phase(StrEnum):
    """Who moves it next: time or other tasks (``held``), a worker (``ready``, ``working``), nobody (``ended``)."""

    HELD = "held"
    READY = "ready"
    WORKING = "working"
    ENDED = "ended"


ENDS: Final = (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED)


class TaskError(BaseModel):
    code: str
    message: str
    details: Any = None


class NewTask(BaseModel):
    """``origin`` says what asked for it if not a person (``schedule:{id}``): each of its events carries it.

    ``after``: tasks that must have ended first, well unless ``run_after_failure``.
    """

    name: str
    type: str
    priority: Priority = Priority.NORMAL
    delay_seconds: int = 0
    timeout_seconds: int | None = None
    max_retries: int = 3
    metadata: dict[str, Any] | None = None
    after: tuple[str, ...] = ()
    run_after_failure: bool = False
    origin: str | None = None
    group_id: str | None = None


class Task(BaseModel):
    """``rev`` grows with each move: who moves a task names the one it has read."""

    model_config = ConfigDict(frozen=True)

    tenant_id: str
    id: str
    name: str
    type: str
    pool: Pool
    priority: Priority
    status: TaskStatus
    phase: Phase
    rev: int = 0
    user_id: int
    actor: str
    created_at: str
    started_at: str | None = None
    completed_at: str | None = None
    ready_at: str | None = None
    due_at: str | None = None
    """When time moves it: it becomes ready, or its worker is lost, or its followers have not been told."""
    max_retries: int = 3
    retry_count: int = 0
    attempt: int = 0
    timeout_seconds: int | None = None
    delay_seconds: int = 0
    give_up_at: str | None = None
    resting: bool = False
    """Between two stretches of one attempt."""
    state: dict[str, Any] = Field(default_factory=dict)
    lease_owner: str | None = None
    cancel_requested: bool = False
    progress: float = 0.0
    doing: str = ""
    error: TaskError | None = None
    result_sha256: str | None = None
    after: tuple[str, ...] = ()
    needs: int = 0
    """How many of ``after`` have not ended."""
    run_after_failure: bool = False
    followed: bool = False
    """Another task waits for it."""
    origin: str | None = None
    group_id: str | None = None
    expires_at: int | None = None

    @property
    def has_ended(self) -> bool:
        return self.phase == Phase.ENDED

    @property
    def counters(self) -> dict[str, int]:
        """The counters of its lane that it is counted in now; a move is the difference of two of these."""
        counted = {self.status.value: 1} if self.has_ended else {"open": 1}
        if self.status == TaskStatus.RUNNING:
            counted["begun"] = 1
        match self.phase:
            case Phase.HELD:
                counted["held"] = 1
            case Phase.READY:
                counted[f"waiting_{self.priority}"] = 1
            case Phase.WORKING:
                counted["working"] = 1
                counted[f"working_{self.priority}"] = 1
        return counted
