"""What the rooms of sessions take and give."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from docchain.clock import to_iso
from docchain.identity.models import Session


class SessionView(BaseModel):
    """``last_seen`` moves at most once a minute. ``second_factor``: whether one was proved in this session."""

    id: str
    ip: str
    user_agent: str
    created_at: str
    last_seen: str
    expires_at: str
    current: bool
    second_factor: bool

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01KAJ4T3V0Q9Z6W8Y2N5R7M1XC",
                    "ip": "203.0.113.7",
                    "user_agent": "Mozilla/5.0",
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "last_seen": "2026-11-21T10:02:00.000Z",
                    "expires_at": "2026-11-28T09:30:00.000Z",
                    "current": True,
                    "second_factor": False,
                }
            ]
        }
    )

    @classmethod
    def of(cls, session: Session, current: str) -> "SessionView":
        return cls(
            id=session.id,
            ip=session.ip,
            user_agent=session.user_agent,
            created_at=session.created_at,
            last_seen=session.last_seen_at,
            expires_at=to_iso(datetime.fromtimestamp(session.expires_at, UTC)),
            current=session.id == current,
            second_factor=session.mfa_at is not None,
        )


class RevokeSessions(BaseModel):
    keep_current: bool = False

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keep_current": True}]})


class RevokedView(BaseModel):
    revoked: int
    message: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"revoked": 3, "message": "Ended 3 sessions"}]})

    @classmethod
    def of(cls, count: int) -> "RevokedView":
        return cls(revoked=count, message=f"Ended {count} session{'' if count == 1 else 's'}")
