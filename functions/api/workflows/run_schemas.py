"""What the run and document routes take and give."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from docchain.costs.limits import BUDGET_USD_MOST
from docchain.documents.models import DOCUMENT_BYTES_MOST, FILENAME_MOST
from docchain.runs.control import WAIT_SECONDS_MOST
from docchain.runs.deciding import Decision
from docchain.runs.doubts import Assumption
from docchain.runs.models import NodeStatus, ReusedFrom, RunStatus
from functions.api.workflows.schemas import Body, JsonObject


class ExecuteWorkflow(Body):
    parameters: JsonObject = Field(default_factory=dict, description="Templates read them as `{{ params.name }}`.")
    version: int | None = Field(None, ge=1, description="A published version; absent: the one that is published.")
    wait_seconds: float = Field(0, ge=0, le=WAIT_SECONDS_MOST, description="Answer with the result if it ends in time.")
    budget_usd: float | None = Field(
        None, gt=0, le=BUDGET_USD_MOST, description="Nodes fail with BUDGET_EXCEEDED before they would pass it."
    )

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"parameters": {"document_id": "doc_01J"}, "wait_seconds": 10}]},
    )


class CancelRun(Body):
    reason: str | None = Field(None, max_length=500)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "wrong document"}]})


class ResumeRun(Body):
    """What became of nodes whose outcome is not known (error ``OUTCOME_UNKNOWN``). Without a doubt: nothing."""

    assume: Assumption | None = Field(
        None, description="done: it acted, go on behind it. retry: it did not, act (again). Look at the receiver first."
    )
    node: str | None = Field(None, max_length=64, description="Absent: every node in doubt.")
    output: JsonObject | None = Field(None, description="With done: what the act made, for the nodes that read it.")
    budget_usd: float | None = Field(None, gt=0, le=BUDGET_USD_MOST, description="In place of the run's own.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"assume": "done", "node": "order", "output": {"status": 201}}]},
    )

    @model_validator(mode="after")
    def _says_what_it_assumes(self) -> Self:
        if self.assume is None and (self.node or self.output):
            raise ValueError("node and output go with assume")
        return self

    @property
    def decision(self) -> Decision | None:
        return Decision(self.assume, self.node, self.output or {}) if self.assume else None


class ReplayOfView(BaseModel):
    run_id: int
    from_node: str | None = None


class RunView(BaseModel):
    """``results`` are the outputs of the nodes that nothing follows, when the run has ended."""

    id: int
    workflow_id: int
    version: int
    status: RunStatus
    parameters: dict[str, Any]
    generation: int
    started_by: str
    started_at: str
    finished_at: str | None = None
    execution_time: float | None = None
    error: dict[str, Any] | None = None
    cost_usd: float | None = None
    budget_usd: float | None = None
    replay_of: ReplayOfView | None = None
    node_counts: dict[str, int] | None = None
    results: dict[str, Any] | None = None


class WaitingView(BaseModel):
    """``webhook`` is shown to those who may change workflows: who knows it may answer for the node."""

    asked_at: str
    due_at: str
    approval_id: str | None = None
    webhook: str | None = None
    run_id: int | None = None


class NodeRunView(BaseModel):
    id: int
    key: str
    name: str
    node_type: str
    status: NodeStatus
    attempts: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    execution_time: float | None = None
    output: dict[str, Any] | None = None
    output_hash: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    documents: list[str] = Field(default_factory=list)
    usage: dict[str, Any] = Field(default_factory=dict)
    cost_usd: float | None = None
    reused_from: ReusedFrom | None = None
    effect_class: str | None = None
    waiting: WaitingView | None = None
    error: dict[str, Any] | None = None


class ItemNodeView(BaseModel):
    key: str
    status: NodeStatus
    attempts: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    output: dict[str, Any] | None = None
    documents: list[str] = Field(default_factory=list)
    cost_usd: float | None = None
    error: dict[str, Any] | None = None


class ItemView(BaseModel):
    """An item of a foreach and the nodes that it went through so far; those it passed by are not listed."""

    index: int
    nodes: list[ItemNodeView]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"index": 0, "nodes": [{"key": "summary", "status": "completed", "output": {"text": "…"}}]}]
        }
    )


class EventView(BaseModel):
    seq: int
    event_type: str
    data: dict[str, Any]
    timestamp: str


class GraphView(BaseModel):
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    mermaid: str


class CostView(BaseModel):
    run_id: int
    currency: str = "USD"
    total: float
    nodes: list[dict[str, Any]]
    prices_as_of: str


class DocumentView(BaseModel):
    id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    origin: dict[str, Any]
    created_by: str
    created_at: str
    version: int = Field(1, description="Of its content; the versions before are kept.")
    updated_by: str | None = None
    updated_at: str | None = None
    tags: list[str] = Field(default_factory=list)
    metadata: dict[str, str] = Field(default_factory=dict)
    collections: list[str] = Field(default_factory=list)
    download_url: str | None = Field(None, description="A link that works for 15 minutes without a token.")


class StartUpload(Body):
    filename: str = Field(min_length=1, max_length=FILENAME_MOST)
    size: int = Field(ge=1, description=f"Bytes, at most {DOCUMENT_BYTES_MOST}.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"filename": "contract.pdf", "size": 9000000}]}
    )


class UploadView(BaseModel):
    upload_id: str
    filename: str
    url: str
    fields: dict[str, str]
    expires_in: int


class FinishUpload(Body):
    filename: str = Field(min_length=1, max_length=FILENAME_MOST)
    sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="Checked against what arrived.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"filename": "contract.pdf"}]})
