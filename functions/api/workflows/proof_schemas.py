"""What receipts, explanations and origins of documents look like."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.runs.models import RunStatus
from functions.api.workflows.schemas import Body

_SEAL: dict[str, Any] = {"value": "ada", "salt": "00" * 16, "commitment": "1c" * 32}


class ReceiptView(BaseModel):
    """``docchain-receipt/1``: checked offline by ``python -m docchain.verify FILE``."""

    format: str
    tenant_id: str
    run: dict[str, Any] = Field(description="The run as entry 0: plain fields, sealed ones, and its hash.")
    records: list[dict[str, Any]] = Field(description="Its node records, in the order they began, each hashed.")
    head: dict[str, Any] = Field(description="Root and chain of all entries, signed.")
    audit: dict[str, Any] | None = Field(description="The run's end in the audit: entry, inclusion, signed head.")
    keys: list[dict[str, str]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "docchain-receipt/1",
                    "tenant_id": "default",
                    "run": {"seq": 0, "run_id": 17, "status": "completed", "started_by": _SEAL, "hash": "9f" * 32},
                    "records": [{"seq": 1, "node": "summary", "status": "completed", "hash": "1c" * 32}],
                    "head": {"format": "docchain-receipt-head/1", "run_id": 17, "size": 2, "root": "9f" * 32},
                    "audit": None,
                    "keys": [],
                }
            ]
        }
    )


class EraseReceipt(Body):
    confirmation: str = Field(max_length=40, description="`erase 17` for run 17.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"confirmation": "erase 17"}]})


class OriginView(BaseModel):
    """``steps`` are the nodes on the way to it inside its run, the last of which made it."""

    id: str
    filename: str
    media_type: str
    sha256: str
    created_at: str
    created_by: str
    origin: dict[str, Any]
    parents: list[str]
    steps: list[dict[str, Any]]


class ProvenanceView(BaseModel):
    """Nearest first. ``missing`` were deleted; ``is_whole`` is false when a limit ended the walk before the roots."""

    document_id: str
    documents: list[OriginView]
    missing: list[str]
    is_whole: bool
    total: int
    mermaid: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "document_id": "doc_run17_letter",
                    "documents": [
                        {
                            "id": "doc_run17_letter",
                            "filename": "letter.pdf",
                            "media_type": "application/pdf",
                            "sha256": "9f" * 32,
                            "created_at": "2026-11-21T09:00:00.000Z",
                            "created_by": "ada",
                            "origin": {"kind": "node", "run_id": 17, "workflow_id": 3, "version": 1, "node": "letter"},
                            "parents": ["doc_01J"],
                            "steps": [{"node": "letter", "node_type": "document_render", "status": "completed"}],
                        }
                    ],
                    "missing": [],
                    "is_whole": True,
                    "total": 1,
                    "mermaid": "flowchart TD\n",
                }
            ]
        }
    )


class ExplanationView(BaseModel):
    """``execution`` is its status in Step Functions; ``next_step`` is what a person can do."""

    run_id: int
    status: RunStatus
    execution: str | None
    is_stuck: bool
    summary: str
    since: str | None
    reasons: list[dict[str, Any]] = Field(description="Each with kind, says, node, item, since, until and is_stuck.")
    next_step: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": 17,
                    "status": "running",
                    "execution": "RUNNING",
                    "is_stuck": False,
                    "summary": "node 'review' waits for a decision of a person.",
                    "since": "2026-11-21T09:00:00.000Z",
                    "reasons": [{"kind": "wait", "node": "review", "until": "2026-11-22T09:00:00.000Z"}],
                    "next_step": None,
                }
            ]
        }
    )


class StuckView(BaseModel):
    """``noted_at`` is when the sweeper last looked; ``explain`` looks anew."""

    run_id: int
    workflow_id: int
    status: RunStatus
    started_at: str
    says: str
    since: str | None
    noted_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": 17,
                    "workflow_id": 3,
                    "status": "interrupted",
                    "started_at": "2026-11-21T09:00:00.000Z",
                    "says": "It is interrupted: its execution ended as ABORTED without telling.",
                    "since": "2026-11-21T09:01:00.000Z",
                    "noted_at": "2026-11-21T09:02:00.000Z",
                }
            ]
        }
    )


class HoldRun(Body):
    reason: str = Field(min_length=1, max_length=500)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "dispute 4711"}]})


class HoldView(BaseModel):
    """``documents`` is how many were there to be held; what the run makes later is held as well."""

    run_id: int
    reason: str
    by: str
    at: str
    documents: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"run_id": 17, "reason": "dispute 4711", "by": "ada", "at": "2026-11-21T09:00:00.000Z", "documents": 3}
            ]
        }
    )
