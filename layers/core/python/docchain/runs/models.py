"""A run and its node records."""

import math
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from docchain.clock import from_iso
from docchain.costs.limits import Limit

PARAMETERS_BYTES_MOST = 64 * 1024
# Scalars of the parameters that conditions may read travel with the execution, whose payload is bounded.
PARAMETER_FACTS_BYTES_MOST = 8 * 1024
FACTS_BYTES_MOST = 2 * 1024
OUTPUT_INLINE_BYTES_MOST = 16 * 1024
OUTPUT_BYTES_MOST = 20 * 1024 * 1024


class RunStatus(StrEnum):
    # Over a limit of runs at once: it starts when another ends.
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


OPEN = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})
RESUMABLE = frozenset({RunStatus.FAILED, RunStatus.INTERRUPTED})


class NodeStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    # For a person, a call from elsewhere, or another run.
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class ParentRun(BaseModel):
    """The node that a run was started for. ``workflows`` are those above it, outermost first."""

    run_id: int
    node: str
    workflows: list[int] = Field(default_factory=list)


class ReplayOf(BaseModel):
    """The run whose records this one begins with.

    ``candidates`` are the beginnings of the content keys that its other records were made from, one after another: a
    step knows by them whether to look there, without a call. ``lists`` are foreach nodes that run again though nobody
    asked for that, with the run that has their items: each node of an item looks there.
    """

    run_id: int
    from_node: str | None = None
    candidates: str = Field(default="", repr=False)
    lists: dict[str, int] = Field(default_factory=dict)


class ReusedFrom(BaseModel):
    """Where a record was worked for, and what it cost there."""

    run: int
    node: str
    cost_usd: float | None = None


class Run(BaseModel):
    """``generation`` counts resumptions; an execution of an older generation can no longer write."""

    id: int
    workflow_id: int
    version: int
    status: RunStatus = RunStatus.RUNNING
    params: dict[str, Any] = Field(default_factory=dict)
    generation: int = 0
    state_machine_arn: str
    started_by: str
    # Who asked for it in person, and hears how it ends; nobody for what the system started.
    user_id: int | None = None
    started_at: str
    finished_at: str | None = None
    error: dict[str, Any] | None = None
    cost_usd: float | None = None
    # Its own budget, and all limits that held when it was started or resumed, its own among them.
    budget_usd: float | None = None
    limits: list[Limit] = Field(default_factory=list)
    parent: ParentRun | None = None
    replay_of: ReplayOf | None = None
    # How many runs its workflow allowed at once when it was asked for.
    concurrency_limit: int | None = None
    # By which it is counted among those that go: docchain/runs/concurrency.py
    place: str = ""
    # The key of the node that was tried by itself.
    trial: str | None = None
    # How long one execution may take, and when the last one began if that was not when the run did.
    timeout_seconds: int | None = None
    launched_at: str | None = None
    # The event that told of its end, by which the audit's entry of it is found.
    end_event_id: str | None = None
    # When its ending began to undo what its nodes did; it cannot be resumed after that.
    compensated_at: str | None = None

    def seconds_left(self, moment: float) -> int | None:
        """Until its time is over; ``moment`` is in epoch seconds. None for a run that may take as long as it likes."""
        if self.timeout_seconds is None:
            return None
        began = from_iso(self.launched_at or self.started_at).timestamp()
        return math.ceil(began + self.timeout_seconds - moment)

    def with_limits(self, budget_usd: float | None, limits: list[Limit]) -> "Run":
        """``limits`` are its own, its workflow's and its tenant's; those of runs above stay."""
        above = [limit for limit in self.limits if limit.run_id is not None]
        return self.model_copy(update={"budget_usd": budget_usd, "limits": [*limits, *above]})

    def limits_for_children(self) -> list[Limit]:
        """The budgets that hold for all that it starts: its own, and those of the runs above it."""
        own = [limit for limit in self.limits if limit.scope == "run"]
        return [li if li.run_id is not None else li.model_copy(update={"run_id": self.id}) for li in own]

    def execution_name(self, tenant_id: str) -> str:
        return f"{tenant_id}-{self.id}-{self.generation}"


class StoredOutput(BaseModel):
    """A large output's place: content-addressed, so the same bytes are kept once."""

    sha256: str
    size: int


class ItemPage(BaseModel):
    """Some of a foreach's items, from ``first`` on, in the content store."""

    first: int
    sha256: str


class ItemPages(BaseModel):
    """What a foreach goes over, fixed when it was prepared: a resumed run sees the same items."""

    count: int
    pages: list[ItemPage] = Field(default_factory=list)


class NodeRecord(BaseModel):
    """Written by a claim, completed by its owner; ``fence`` = generation * 1000 + attempt decides who that is.

    ``item`` is set on a record of a node inside a foreach, ``items`` on the foreach's own.
    """

    key: str
    item: int | None = None
    items: ItemPages | None = None
    node_id: int
    node_type: str
    effect_class: str
    status: NodeStatus
    fence: int
    # Whose claim it is: tells one's own write, whose acknowledgement was lost, from another delivery's.
    claim_id: str = ""
    # Of the class ``once``: its claim says that the act may have begun. Nobody acts again while this stands.
    intent: bool = False
    # Who said what became of it, when nobody else knew: ``{assume, by, at}``.
    decided: dict[str, Any] | None = None
    attempts: int = 1
    started_at: str
    finished_at: str | None = None
    lease_until: int
    config_hash: str | None = None
    input_hash: str | None = None
    # Of which version the kind was, and what the result depends on: docchain/replay/content_key.py
    kind_version: int = 1
    content_key: str | None = None
    reused_from: ReusedFrom | None = None
    output: dict[str, Any] | None = None
    stored_output: StoredOutput | None = None
    output_hash: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    documents: list[str] = Field(default_factory=list)
    # The documents that this was made from: read by the node itself, or handed on by the nodes before it.
    sources: list[str] = Field(default_factory=list)
    usage: dict[str, Any] = Field(default_factory=dict)
    cost_usd: float | None = None
    error: dict[str, Any] | None = None


class StepOrder(BaseModel):
    """What a Task hands to its worker: references only."""

    tenant: str
    run: int
    workflow: int
    version: int
    generation: int = 0
    attempt: int = 0
    node: str = ""
    # Of a node inside a foreach: which item it works on, and the foreach's key.
    item: int | None = None
    within: str = ""
    # Which part of a node's work this is, for the kinds whose work has several.
    phase: str = ""
    # Why a foreach's map ended early, as Step Functions calls it.
    map_error: str = ""
    passed: list[dict[str, Any]] = Field(default_factory=list)
    fail: dict[str, Any] | None = None
    # By which somebody else answers for the node.
    token: str = Field(default="", repr=False)

    @property
    def fence(self) -> int:
        return self.generation * 1000 + self.attempt
