"""What exporting, importing, cloning and doing many things at once take and give."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.workflows.models import NODES_MOST
from docchain.workflows.portable import FORMAT, FORMAT_VERSION
from functions.api.workflows.schemas import AddNode, Body, Description, JsonObject, Name, Priority, Tags

BULK_MOST = 100


class WorkflowCard(Body):
    name: Name
    description: Description | None = None
    priority: Priority = "medium"
    config: JsonObject | None = None
    tags: Tags = Field(default_factory=list)


class WorkflowDocument(Body):
    format: Literal["docchain-workflow"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    workflow: WorkflowCard
    nodes: list[AddNode] = Field(default_factory=list, max_length=NODES_MOST)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "format": FORMAT,
                    "format_version": FORMAT_VERSION,
                    "workflow": {"name": "Contract review", "tags": ["legal"]},
                    "nodes": [{"key": "read", "name": "Read", "node_type": "document_extract"}],
                }
            ]
        },
    )


class CloneWorkflow(Body):
    name: Name | None = Field(None, description="Absent: the name with ' (copy)' behind it.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Contract review, Spain"}]})


class BulkOrder(Body):
    action: Literal["activate", "pause", "delete", "execute"]
    ids: list[Annotated[int, Field(ge=1, le=10**12)]] = Field(min_length=1, max_length=BULK_MOST)
    parameters: JsonObject | None = Field(None, description="For `execute`: the parameters of every run.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"action": "activate", "ids": [1, 2]}]})


class BulkResult(BaseModel):
    """``changed`` is false when it was so already; ``run_id`` and ``run_status`` are of a run that was started."""

    id: int
    success: bool
    changed: bool = False
    status: str | None = None
    run_id: int | None = None
    run_status: str | None = None
    error: dict[str, Any] | None = None


class BulkView(BaseModel):
    action: str
    total: int
    succeeded: int
    failed: int
    results: list[BulkResult]
