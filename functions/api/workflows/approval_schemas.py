"""What the routes of approvals and webhooks take and give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from docchain.approvals.models import COMMENT_MOST, ApprovalStatus
from docchain.runs.concurrency import LIMIT_MOST
from docchain.steps.hashing import canonical
from functions.api.workflows.schemas import Body

# It is kept in one item with those of all other approvers.
DECISION_BYTES_MOST = 16 * 1024
_ID = "12-manager"
_ENTRY: JsonDict = {
    "id": _ID,
    "run_id": 12,
    "workflow_id": 3,
    "node": "manager",
    "status": "pending",
    "message": "Pay invoice 4711 of 1,200 EUR?",
    "asked_at": "2026-01-05T09:00:00.000Z",
    "due_at": "2026-01-12T09:00:00.000Z",
}


class Decide(Body):
    comment: str | None = Field(None, max_length=COMMENT_MOST)
    fields: dict[str, Any] = Field(default_factory=dict, max_length=20, description="What `form_fields` asks for.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"comment": "within budget", "fields": {}}]}
    )

    @model_validator(mode="after")
    def _fits(self) -> "Decide":
        """What has no canonical form, as NaN, is a ``ValueError`` too, and cannot be kept."""
        if len(canonical([self.comment, self.fields])) > DECISION_BYTES_MOST:
            raise ValueError(f"a decision has at most {DECISION_BYTES_MOST} bytes")
        return self


class DecideNode(Decide):
    node: str | None = Field(None, max_length=64, description="Needed when several nodes of the run ask.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"node": "manager", "comment": "within budget"}]}
    )


class DecideByLink(Decide):
    decision: str = Field(pattern="^(approve|reject)$")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"decision": "approve", "comment": "within budget"}]}
    )


class Delegate(Body):
    to: str = Field(min_length=1, max_length=254, description="A username or an address.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "grace"}]})


class ApprovalEntry(BaseModel):
    id: str
    run_id: int
    workflow_id: int
    node: str
    status: ApprovalStatus
    message: str
    asked_at: str
    due_at: str

    model_config = ConfigDict(json_schema_extra={"examples": [_ENTRY]})


class DecisionView(BaseModel):
    decision: str
    by: str
    via: str
    at: str
    comment: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)


class ApproverView(BaseModel):
    name: str
    delegated_by: str | None = None
    delegated_to: str | None = None
    decision: DecisionView | None = None


class ApprovalView(ApprovalEntry):
    mode: str
    on_expiry: str
    allow_delegation: bool
    form_fields: list[dict[str, Any]]
    approvers: list[ApproverView]
    decided_at: str | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_ENTRY,
                    "mode": "any_of",
                    "on_expiry": "fail",
                    "allow_delegation": False,
                    "form_fields": [],
                    "approvers": [{"name": "user:ada"}],
                }
            ]
        }
    )


class LinkView(BaseModel):
    """What is asked, to whoever holds the link: nothing of the run beside it."""

    status: ApprovalStatus
    message: str
    asked_at: str
    due_at: str
    form_fields: list[dict[str, Any]]
    you: str
    decided: bool

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "pending",
                    "message": "Pay invoice 4711 of 1,200 EUR?",
                    "asked_at": "2026-01-05T09:00:00.000Z",
                    "due_at": "2026-01-12T09:00:00.000Z",
                    "form_fields": [],
                    "you": "ada",
                    "decided": False,
                }
            ]
        }
    )


class HookReceipt(BaseModel):
    received: bool = True

    model_config = ConfigDict(json_schema_extra={"examples": [{"received": True}]})


class RunLimit(Body):
    max_concurrent_runs: int = Field(ge=1, le=LIMIT_MOST)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"max_concurrent_runs": 200}]})


class RunLimitView(BaseModel):
    running: int
    max_concurrent_runs: int

    model_config = ConfigDict(json_schema_extra={"examples": [{"running": 3, "max_concurrent_runs": 1000}]})
