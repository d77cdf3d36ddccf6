"""How old a password may grow. An old one still logs in, and is told so: a locked-out user could not change it."""

from datetime import UTC, datetime, timedelta

from docchain.clock import from_iso, to_iso
from docchain.identity.models import User
from docchain.identity.policies import PasswordPolicy


def password_expires_at(user: User, policy: PasswordPolicy) -> str | None:
    """``None`` when the policy lets passwords grow as old as they like."""
    if not policy.max_age_days:
        return None
    return to_iso(from_iso(user.password_changed_at or user.created_at) + timedelta(days=policy.max_age_days))


def has_expired(expires_at: str | None) -> bool:
    return expires_at is not None and from_iso(expires_at) <= datetime.now(UTC)
