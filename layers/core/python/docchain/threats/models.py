"""A finding of a rule, and an address that is kept out."""

from pydantic import BaseModel, ConfigDict

from docchain.audit.kinds import Severity


class Threat(BaseModel):
    """``id`` is a ULID, so that the newest come last by key; one per rule, subject and window."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant_id: str
    rule: str
    subject: str
    severity: Severity
    title: str
    explanation: str
    recommendation: str
    count: int
    members: tuple[str, ...] = ()
    detected_at: str
    event_id: str
    blocked_until: str | None = None
    resolved_at: str | None = None
    resolved_by: str | None = None
    comment: str | None = None


class Block(BaseModel):
    """``expires_at`` is epoch seconds."""

    model_config = ConfigDict(frozen=True)

    address: str
    reason: str
    blocked_by: str
    blocked_at: str
    expires_at: int
