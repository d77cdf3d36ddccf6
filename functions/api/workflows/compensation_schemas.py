"""What the route of a run's compensations gives."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from docchain.runs.models import NodeRecord, NodeStatus


class CompensationView(BaseModel):
    """``status`` is completed, failed, unknown, or running while it is under way."""

    node: str
    status: NodeStatus
    effect_class: str
    attempts: int
    started_at: str
    finished_at: str | None = None
    output: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "node": "order",
                    "status": "completed",
                    "effect_class": "keyed",
                    "attempts": 1,
                    "started_at": "2026-01-05T09:00:00.000Z",
                    "finished_at": "2026-01-05T09:00:00.400Z",
                    "output": {"status": 204},
                }
            ]
        }
    )

    @classmethod
    def of(cls, record: NodeRecord) -> "CompensationView":
        return cls(node=record.key, **record.model_dump(include=set(cls.model_fields) - {"node"}))
