"""A workflow, its nodes as people wrote them, and its frozen versions."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from docchain.workflows.errors import IllegalTransition

NODES_MOST = 2000
TAGS_MOST = 10


class WorkflowStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ERROR = "error"
    CANCELLED = "cancelled"
    DELETED = "deleted"


_S = WorkflowStatus
TRANSITIONS: dict[WorkflowStatus, frozenset[WorkflowStatus]] = {
    _S.DRAFT: frozenset({_S.ACTIVE, _S.DELETED}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.COMPLETED, _S.CANCELLED, _S.DELETED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.CANCELLED, _S.DELETED}),
    _S.COMPLETED: frozenset({_S.ACTIVE, _S.DELETED}),
    _S.ERROR: frozenset({_S.DRAFT, _S.ACTIVE, _S.DELETED}),
    _S.CANCELLED: frozenset({_S.DELETED}),
    _S.DELETED: frozenset(),
}
# A paused or cancelled workflow keeps its definition but starts no runs.
RUNNABLE = frozenset({_S.DRAFT, _S.ACTIVE, _S.COMPLETED, _S.ERROR})


class Workflow(BaseModel):
    """``revision`` grows with every change of the draft's nodes; ``published_version`` is the one that runs."""

    id: int
    name: str
    description: str | None = None
    status: WorkflowStatus = WorkflowStatus.DRAFT
    priority: str = "medium"
    config: dict[str, Any] | None = None
    tags: list[str] = Field(default_factory=list)
    revision: int = 1
    node_count: int = 0
    last_node_id: int = 0
    published_version: int | None = None
    published_revision: int | None = None
    latest_version: int = 0
    created_by: str
    created_at: str
    updated_at: str

    def check_transition(self, after: WorkflowStatus) -> None:
        if after != self.status and after not in TRANSITIONS[self.status]:
            raise IllegalTransition(self.status, after, sorted(TRANSITIONS[self.status]))


class Node(BaseModel):
    """As it was written: ``depends_on`` of ``None`` means "after the node added before me"."""

    id: int
    key: str
    name: str
    description: str | None = None
    node_type: str
    config: dict[str, Any] = Field(default_factory=dict)
    input_data: dict[str, Any] = Field(default_factory=dict)
    depends_on: list[Any] | None = None
    retry: dict[str, Any] | None = None
    timeout_seconds: int | None = None
    on_error: str = "fail"
    compensate_with: dict[str, Any] | None = None
    created_at: str
    updated_at: str

    def as_written(self) -> dict[str, Any]:
        """What ``definitions.normalise`` takes."""
        return self.model_dump(exclude={"created_at", "updated_at"})


class Draft(BaseModel):
    workflow: Workflow
    nodes: list[Node]


class Version(BaseModel):
    """Frozen: an execution keeps the version it started with, whatever happens to the draft.

    ``rollback_of`` is the earlier version whose definition this one brought back.
    """

    workflow_id: int
    version: int
    revision: int
    content_hash: str
    definition: dict[str, Any]
    state_machine_arn: str
    note: str | None = None
    rollback_of: int | None = None
    created_by: str
    created_at: str
