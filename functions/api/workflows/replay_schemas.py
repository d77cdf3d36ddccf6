"""What the routes of replays and of differences between runs take and give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.costs.limits import BUDGET_USD_MOST
from docchain.definitions.models import Key
from docchain.replay.differences import NodeDifference
from docchain.replay.models import NodeEdit, Order, Plan
from docchain.runs.models import RunStatus
from functions.api.workflows.run_schemas import RunView
from functions.api.workflows.schemas import Body, JsonObject

EDITS_MOST = 100


class EditNode(Body):
    """Members take the place of those that the node has; one that is null is taken away."""

    config: JsonObject | None = None
    input_data: JsonObject | None = None


class ReplayRun(Body):
    from_node: str | None = Field(None, max_length=64, description="This node runs again, and all that comes after it.")
    edits: dict[Key, EditNode] = Field(
        default_factory=dict, max_length=EDITS_MOST, description="By node: what is different this time."
    )
    params: JsonObject | None = Field(None, description="Absent: those of the run.")
    version: int | None = Field(None, ge=1, description="Absent: the version of the run.")
    dry_run: bool = Field(False, description="Answer with the plan and do nothing.")
    budget_usd: float | None = Field(None, gt=0, le=BUDGET_USD_MOST)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"edits": {"draft": {"config": {"prompt": "Shorter: {{ params.topic }}"}}}, "dry_run": True}]
        },
    )

    @property
    def order(self) -> Order:
        return Order(
            from_node=self.from_node,
            edits={key: NodeEdit(config=e.config, input_data=e.input_data) for key, e in self.edits.items()},
            params=self.params,
            version=self.version,
            budget_usd=self.budget_usd,
        )


_PLAN: dict[str, Any] = {
    "nodes": [
        {
            "key": "draft",
            "node_type": "ai_generate",
            "decision": "runs",
            "reason": "its config was changed",
            "effect_class": "paid",
            "cost_usd": 0.0021,
            "seconds": 3.2,
        }
    ],
    "effects": {"paid": {"fire": ["draft"], "may_fire": []}},
    "expected": {
        "cost_usd_least": 0.0021,
        "cost_usd_most": 0.0021,
        "saved_usd": 0.0043,
        "seconds_least": 3.2,
        "seconds_most": 3.2,
        "without_figures": [],
    },
}


class RunSide(BaseModel):
    run_id: int
    workflow_id: int
    version: int
    status: RunStatus
    cost_usd: float | None = None
    seconds: float | None = None


class RunDiff(BaseModel):
    """``same`` counts the nodes that ended alike and made the same; only the others have a ``diff``."""

    a: RunSide
    b: RunSide
    same: int
    nodes: list[NodeDifference]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "a": {"run_id": 41, "workflow_id": 7, "version": 2, "status": "completed", "cost_usd": 0.004},
                    "b": {"run_id": 42, "workflow_id": 7, "version": 3, "status": "completed", "cost_usd": 0.002},
                    "same": 4,
                    "nodes": [
                        {
                            "key": "draft",
                            "node_type": "ai_generate",
                            "same": False,
                            "a": {"status": "completed", "output_hash": "9f…", "cost_usd": 0.003, "seconds": 3.1},
                            "b": {"status": "completed", "output_hash": "1c…", "cost_usd": 0.002, "seconds": 2.4},
                            "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-Long\n+Short",
                            "cut": False,
                        }
                    ],
                }
            ]
        }
    )


class RunFile(BaseModel):
    """``python -m docchain.replay FILE`` works it again. ``hash`` is over all the rest, as canonical JSON.

    ``contents`` (base64, by SHA-256) are large outputs and the documents that were read, up to 8 MB; the others are
    named in ``left_out``.
    """

    format: str
    format_version: int
    tenant: str
    run: dict[str, Any]
    definition: dict[str, Any]
    records: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    contents: dict[str, str]
    left_out: list[str]
    hash: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "docchain.run",
                    "format_version": 1,
                    "tenant": "default",
                    "run": {"id": 42, "workflow_id": 7, "version": 2, "status": "completed", "params": {}},
                    "definition": {"nodes": [{"id": 1, "key": "draft", "node_type": "document_template"}]},
                    "records": [{"key": "draft", "status": "completed", "output_hash": "9f…"}],
                    "documents": [],
                    "contents": {},
                    "left_out": [],
                    "hash": "5e…",
                }
            ]
        }
    )


class ReplayView(BaseModel):
    """``run`` is the new run; there is none after a ``dry_run``."""

    run: RunView | None = None
    plan: Plan

    model_config = ConfigDict(json_schema_extra={"examples": [{"run": None, "plan": _PLAN}]})
