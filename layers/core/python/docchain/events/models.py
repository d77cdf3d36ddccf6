"""The one shape of an event: a fact in the past tense, with who and what, and an id that consumers deduplicate by."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.clock import now
from docchain.events.cause import Cause, current_cause
from docchain.ids import new_ulid


class Event(BaseModel):
    """``type`` is dotted and past tense (``run.completed``); ``subject`` is the path of the thing (``runs/7``).

    ``cause`` is the request that it came of; ``None`` when the system itself acted.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=new_ulid)
    type: str
    version: int = 1
    tenant_id: str
    subject: str
    actor: str | None = None
    occurred_at: str = Field(default_factory=now)
    data: dict[str, Any] = Field(default_factory=dict)
    cause: Cause | None = Field(default_factory=current_cause)
