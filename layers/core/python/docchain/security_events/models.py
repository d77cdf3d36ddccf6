"""A security event as it is kept."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from docchain.audit.kinds import Severity, kind_of
from docchain.events.models import Event

LOGGED: Final = "security_event.logged"


class SecurityEvent(BaseModel):
    """``event_type`` is ours (``user.login_failed``), or what a caller of ``events/log`` named it; ``source_type`` is
    always ours.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    tenant_id: str
    event_type: str
    source_type: str
    severity: Severity
    timestamp: str
    user_id: int | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)

    @property
    def day(self) -> str:
        return self.timestamp[:10]


def from_event(event: Event) -> SecurityEvent:
    """Who it is about comes before who asked: a failed login has nobody behind it yet."""
    cause = event.cause
    logged = event.type == LOGGED and "event_type" in event.data  # what is too large for the bus comes without its data
    return SecurityEvent(
        id=event.id,
        tenant_id=event.tenant_id,
        event_type=event.data["event_type"] if logged else event.type,
        source_type=event.type,
        severity=Severity(event.data["severity"]) if logged else kind_of(event.type)[1],
        timestamp=event.occurred_at,
        user_id=event.data.get("user_id") or (cause.user_id if cause else None),
        ip_address=address_of(event),
        user_agent=(cause.user_agent if cause else None) or event.data.get("user_agent"),
        details=event.data["details"] if logged else event.data,
    )


def address_of(event: Event) -> str | None:
    return event.data.get("ip") or (event.cause.ip if event.cause else None) or None
