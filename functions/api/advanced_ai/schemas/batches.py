"""Batches: what the routes take and give."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from docchain.ai.batches.models import ITEMS_MOST
from docchain.ai.tasks.asked import AnyTask, Generate

WAIT_SECONDS_MOST = 20


class BatchOrder(BaseModel):
    """Each item is the body of a task's own route with its ``task`` beside it. What takes longer goes on by itself."""

    items: list[AnyTask] = Field(min_length=1, max_length=ITEMS_MOST)
    wait_seconds: float = Field(WAIT_SECONDS_MOST, ge=0, le=WAIT_SECONDS_MOST)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"task": "analyze", "text": "The delivery was late again.", "analysis_type": "sentiment"},
                        {"task": "summarize", "document_id": "doc_01JD3K9Q8ZJ4M5N6P7Q8R9S0T1"},
                    ]
                }
            ]
        },
    )

    @field_validator("items")
    @classmethod
    def _nobody_listens(cls, items: list[AnyTask]) -> list[AnyTask]:
        if any(isinstance(item, Generate) and item.stream for item in items):
            raise ValueError("nothing is streamed out of a batch")
        return items
