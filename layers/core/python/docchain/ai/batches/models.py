"""A batch and what became of each of its tasks."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.ai.tasks.asked import AnyTask

ITEMS_MOST: Final = 100
RESULT_BYTES_MOST: Final = 30_000
"""Of one answer: all of them are read in one request."""
KEPT_SECONDS: Final = 7 * 24 * 3600

BatchStatus = Literal["running", "completed"]


class BatchTasks(BaseModel):
    """What is kept of the order."""

    items: list[AnyTask]


class BatchResult(BaseModel):
    """``answer`` is what the task's own route would have answered; ``error`` has its code and message."""

    position: int
    task: str
    status: Literal["pending", "completed", "failed"] = "pending"
    answer: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Batch(BaseModel):
    """``completed`` as a status says that nothing is pending, not that nothing failed."""

    id: str
    status: BatchStatus
    total: int
    completed: int
    failed: int
    pending: int
    created_at: str
    created_by: str
    finished_at: str | None = None
    results: list[BatchResult] = Field(default_factory=list)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "batch_01JD3K9Q8ZJ4M5N6P7Q8R9S0T1",
                    "status": "completed",
                    "total": 1,
                    "completed": 1,
                    "failed": 0,
                    "pending": 0,
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "created_by": "ada",
                    "results": [
                        {"position": 0, "task": "analyze", "status": "completed", "answer": {"provider": "local"}}
                    ],
                }
            ]
        }
    )
