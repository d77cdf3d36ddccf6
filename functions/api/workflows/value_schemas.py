"""What the routes of named values give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ValueView(BaseModel):
    name: str
    value: Any = Field(description="The JSON that was stored, or a document's reference.")
    version: int = Field(description="Counts the writes.")
    sha256: str
    size: int
    stored_at: str
    stored_by: dict[str, Any] = Field(description="The run and node of the last write.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "rates.today",
                    "value": {"eur": 1.08},
                    "version": 3,
                    "sha256": "5f2c…",
                    "size": 12,
                    "stored_at": "2026-01-05T09:00:00.000Z",
                    "stored_by": {"run_id": 7, "node": "rates"},
                }
            ]
        }
    )
