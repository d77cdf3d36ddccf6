"""Builders for what bears on security: events as the doors make them, and for each rule a series that it finds."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.clock import to_iso
from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.identity.addresses import canonical_address

ADDRESS: Final = "198.51.100.4"


def event(kind: str, tenant: str, subject: str, data: dict[str, Any], address: str = ADDRESS, user: int = 7) -> Event:
    cause = Cause(request_id="r", ip=address, user_agent="pytest", user_id=user, username="ada")
    return Event(type=kind, tenant_id=tenant, subject=subject, data=data, cause=cause)


def failed_login(tenant: str, user_id: int, address: str) -> Event:
    return event("user.login_failed", tenant, f"users/{user_id}", {"user_id": user_id, "ip": address}, address)


def key_used(tenant: str, address: str, *, new: bool = True) -> Event:
    return event("api_key.used", tenant, "api_keys/k", {"ip": address, "new_address": new}, address)


def series(rule: str, tenant: str, n: int, address: str) -> list[Event]:
    """``n`` events, each of which counts for the rule."""
    promotion = {"before": {"roles": ["user"]}, "after": {"roles": ["admin"]}}
    made = {
        "credential_stuffing": lambda i: failed_login(tenant, i + 1, address),
        "password_spraying": lambda i: failed_login(tenant, i + 1, address),
        "brute_force": lambda i: failed_login(tenant, 3, f"10.9.{i}.1"),
        "changed_network": lambda i: event("user.logged_in", tenant, "users/3", {"user_id": 3, "ip": f"10.{i}.0.1"}),
        "token_reuse": lambda i: event("refresh_token.reused", tenant, "sessions/s", {"user_id": 3}),
        "key_from_new_network": lambda i: key_used(tenant, f"10.{i}.0.1"),
        "permission_probing": lambda i: event("access.denied", tenant, "users/7", {"user_id": 7, "route": f"GET /{i}"}),
        "rate_limit_storm": lambda i: event("rate_limit.exceeded", tenant, "rate_limits/user:7", {}),
        "second_factor_guessing": lambda i: event("mfa.failed", tenant, "users/3", {"user_id": 3}),
        "administrator_made": lambda i: event("user.roles_changed", tenant, "users/3", promotion),
        "personal_data_reading": lambda i: event("data.accessed", tenant, f"users/{i}", {}),
    }
    return [made[rule](i) for i in range(n)]


def noon(days_ago: int = 0) -> datetime:
    """Amid a window of any length up to a day: what is found once must not be split by where a window begins."""
    today = datetime.now(UTC).replace(hour=12, minute=1, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def moved(events: list[Event], first: datetime, *, seconds: float = 1) -> list[Event]:
    """As if the first had happened then and each of the rest so many seconds after the one before."""
    times = (first + timedelta(seconds=seconds * n) for n in range(len(events)))
    return [e.model_copy(update={"occurred_at": to_iso(t)}) for e, t in zip(events, times, strict=True)]


def an_address() -> str:
    """One that no other test used: rules about addresses count for the whole stage."""
    return canonical_address(f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1")
