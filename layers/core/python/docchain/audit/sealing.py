"""An event becomes an entry: what it says in the contract's words, then its place in the chain and its seals."""

from ipaddress import ip_address
from typing import Any

from docchain.audit.hashing import PERSONAL
from docchain.audit.kinds import kind_of
from docchain.audit.models import Entry, Head, Sealed
from docchain.events.masking import as_kept
from docchain.events.models import Event

API = "api"
SYSTEM = "system"


def seal(event: Event, head: Head, recorded_at: str) -> Entry:
    """The entry behind ``head``."""
    event_type, severity = kind_of(event.type)
    resource_type, resource_id = resource_of(event.subject)
    entry = Entry(
        tenant_id=event.tenant_id,
        seq=head.seq + 1,
        event_id=event.id,
        name=event.type,
        event_type=event_type,
        severity=severity,
        occurred_at=event.occurred_at,
        recorded_at=recorded_at,
        resource_type=resource_type,
        resource_id=resource_id,
        request_id=event.cause.request_id if event.cause else None,
        source=API if event.cause else SYSTEM,
        previous_hash=head.hash,
        hash="",
        **{field: Sealed.of(value) for field, value in _personal(event).items()},
    )
    return entry.model_copy(update={"hash": entry.computed_hash()})


def acting_user(event: Event) -> int | None:
    """Of the token that was sent; at a door that takes none, the account that the event is about."""
    told = event.cause.user_id if event.cause and event.cause.user_id is not None else event.data.get("user_id")
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def resource_of(subject: str) -> tuple[str | None, str | None]:
    """``workflows/3/nodes/5`` → ``node``, ``5``. A name that is an address stays out: this part is hashed as it is."""
    parts = [part for part in subject.split("/") if part]
    if not parts:
        return None, None
    kind, name = (parts[-2], parts[-1]) if len(parts) % 2 == 0 else (parts[-1], None)
    return as_kept(_singular(kind)), None if name is None or _is_personal(name) else as_kept(name)


def _personal(event: Event) -> dict[str, Any]:
    cause = event.cause
    details = as_kept(event.data)
    if _is_personal(event.subject.rsplit("/", 1)[-1]):
        details = {**details, "subject": as_kept(event.subject)}
    values = {
        "user_id": acting_user(event),
        "username": event.actor or (cause.username if cause else None),
        "ip_address": (cause.ip if cause else None) or event.data.get("ip"),
        "user_agent": (cause.user_agent if cause else None) or event.data.get("user_agent"),
        "session_id": (cause.session_id if cause else None) or event.data.get("session_id"),
        "details": details,
    }
    return {field: as_kept(values[field]) for field in PERSONAL}


def _is_personal(name: str) -> bool:
    if "@" in name:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    if plural.endswith("sses"):
        return plural[:-2]
    return plural.removesuffix("s") if not plural.endswith("ss") else plural
