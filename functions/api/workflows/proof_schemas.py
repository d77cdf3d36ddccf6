"""What receipts, explanations and origins of documents look like."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from functions.api.workflows.schemas import Body

_SEAL = {"value": "ada", "salt": "00" * 16, "commitment": "1c" * 32}


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
