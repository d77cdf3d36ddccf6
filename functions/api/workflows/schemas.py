"""What the workflows group takes and gives."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from docchain.definitions.diff import DefinitionDiff
from docchain.definitions.models import ON_ERROR
from docchain.workflows.models import TAGS_MOST, Node, Workflow, WorkflowStatus

OBJECT_BYTES_MOST = 64 * 1024
INLINE_NODES_MOST = 1000


def _bounded(value: dict[str, Any]) -> dict[str, Any]:
    size = len(json.dumps(value))
    if size > OBJECT_BYTES_MOST:
        raise ValueError(f"is {size} bytes of JSON; at most {OBJECT_BYTES_MOST}")
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_bounded)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=5000)]
Priority = Annotated[str, Field(pattern="^(low|medium|normal|high|urgent|critical)$")]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^\W_][\w .-]{0,38}$"), Field(max_length=39)
]
Tags = Annotated[
    list[Tag],
    Field(max_length=TAGS_MOST, description="Lower case; letters, digits, blank, dot, dash and underscore."),
    AfterValidator(lambda tags: list(dict.fromkeys(tags))),
]


class Body(BaseModel):
    """An unknown field is a typo or an attempt; both deserve to be told."""

    model_config = ConfigDict(extra="forbid")


OnError = Annotated[str, Field(pattern=ON_ERROR, description="fail, continue, or goto:<key of a node>")]
NodeDescription = Annotated[str, Field(max_length=2000)]


class RetryPolicy(Body):
    max_attempts: int = Field(3, ge=1, le=10)
    interval_seconds: int = Field(1, ge=1, le=3600)
    backoff_rate: float = Field(2.0, ge=1.0, le=10.0)


class AddNode(Body):
    name: Name
    description: NodeDescription | None = None
    node_type: str = Field(min_length=1, max_length=64, description="One of the node kinds; see /docs.")
    config: JsonObject | None = Field(None, description="The kind's parameters; texts may be templates.")
    input_data: JsonObject | None = Field(None, description="What the node gets as `input`: literals and templates.")
    key: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Made from the name when absent.")
    depends_on: list[str | int | dict[str, Any]] | None = Field(
        None,
        max_length=100,
        description="Keys or ids; `check:true` for one outcome of a condition. Absent: the node before.",
    )
    retry: RetryPolicy | None = None
    timeout_seconds: int | None = Field(None, ge=1, le=840)
    on_error: OnError = "fail"
    compensate_with: JsonObject | None = Field(
        None, description="Undoes the node's effect when its run fails or is cancelled: the config of an http_request."
    )

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Summary", "node_type": "ai_summarize", "config": {"max_sentences": 5}}]
        },
    )


class ChangeNode(Body):
    name: Name | None = None
    description: NodeDescription | None = None
    node_type: str | None = Field(None, min_length=1, max_length=64)
    config: JsonObject | None = None
    input_data: JsonObject | None = None
    depends_on: list[str | int | dict[str, Any]] | None = Field(None, max_length=100)
    retry: RetryPolicy | None = None
    timeout_seconds: int | None = Field(None, ge=1, le=840)
    on_error: OnError | None = None
    compensate_with: JsonObject | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"config": {"max_sentences": 3}}]})


class CreateWorkflow(Body):
    name: Name
    description: Description | None = None
    config: JsonObject | None = None
    priority: Priority = "medium"
    tags: Tags = Field(default_factory=list)
    nodes: list[AddNode] = Field(default_factory=list, max_length=INLINE_NODES_MOST, description="Nodes in one go.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Contract review",
                    "description": "Reads a contract and writes a one-page brief.",
                    "nodes": [
                        {"name": "Read", "node_type": "document_extract"},
                        {"name": "Summary", "node_type": "ai_summarize", "config": {"max_sentences": 5}},
                    ],
                }
            ]
        },
    )


class ChangeWorkflow(Body):
    name: Name | None = None
    description: Description | None = None
    status: WorkflowStatus | None = None
    priority: Priority | None = None
    config: JsonObject | None = None
    tags: Tags | None = Field(None, description="All of them; an empty list takes them away.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "active"}]})


class WorkflowView(BaseModel):
    id: int
    name: str
    description: str | None = None
    status: WorkflowStatus
    priority: str
    config: dict[str, Any] | None = None
    tags: list[str] = Field(default_factory=list)
    node_count: int
    published_version: int | None = None
    has_unpublished_changes: bool
    created_by: str
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, workflow: Workflow) -> "WorkflowView":
        changed = workflow.published_revision != workflow.revision
        return cls(**workflow.model_dump(), has_unpublished_changes=changed)


class NodeView(BaseModel):
    """``status`` and ``output_data`` of a definition are those of no run: see ``/runs/{run_id}/nodes``."""

    id: int
    key: str
    name: str
    description: str | None = None
    node_type: str
    status: str = "pending"
    config: dict[str, Any] | None = None
    input_data: dict[str, Any] | None = None
    output_data: dict[str, Any] | None = None
    depends_on: list[Any] | None = None
    retry: dict[str, Any] | None = None
    timeout_seconds: int | None = None
    on_error: str
    compensate_with: dict[str, Any] | None = None
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, node: Node) -> "NodeView":
        return cls(**node.model_dump())


class Message(BaseModel):
    message: str


class FindingView(BaseModel):
    code: str
    node: str | None = None
    field: str | None = None
    message: str


class ValidationView(BaseModel):
    valid: bool
    findings: list[FindingView]


Note = Annotated[str, Field(max_length=500)]


class PublishDraft(Body):
    note: Note | None = Field(None, description="What changed, for those who read the list of versions.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "asks the lawyer first"}]})


class RollBack(Body):
    version: int = Field(ge=1, le=10**6)
    note: Note | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1, "note": "v2 was slow"}]})


class VersionView(BaseModel):
    workflow_id: int
    version: int
    content_hash: str
    node_count: int
    note: str | None = None
    rollback_of: int | None = None
    created_by: str
    created_at: str


class VersionDetail(VersionView):
    definition: dict[str, Any]


class VersionDiff(DefinitionDiff):
    """``before`` and ``after`` are version numbers, or ``draft``."""

    workflow_id: int
    before: int | str
    after: int | str
    equal: bool
