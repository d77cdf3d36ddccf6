"""What is left of a rate limit."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from docchain.clock import to_iso
from docchain.limits.inspection import Inspected


class RateLimitView(BaseModel):
    """``reset_time``: when nothing of it is taken any more."""

    identifier: str
    allowed: bool
    limit: int
    remaining: int
    window_minutes: int
    reset_time: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "identifier": "user:7",
                    "allowed": True,
                    "limit": 100,
                    "remaining": 97,
                    "window_minutes": 1,
                    "reset_time": "2026-11-21T09:30:02.000Z",
                }
            ]
        }
    )

    @classmethod
    def of(cls, inspected: Inspected, window_minutes: int) -> "RateLimitView":
        standing = inspected.standing
        return cls(
            identifier=inspected.subject.name,
            allowed=standing.allowed,
            limit=standing.limit,
            remaining=standing.remaining,
            window_minutes=window_minutes,
            reset_time=to_iso(datetime.fromtimestamp(standing.reset_at, UTC)),
        )
