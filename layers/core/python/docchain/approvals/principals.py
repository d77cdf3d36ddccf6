"""Whom an approval names, in the one form in which they are compared."""

from docchain.approvals.errors import ApproversInvalid
from docchain.approvals.models import EMAIL, ROLE, USER
from docchain.auth.caller import Caller
from docchain.auth.permissions import ROLES
from docchain.identity.names import LONGEST, canonical


def principal_of(name: str) -> str:
    """From ``ada``, ``ada@example.com`` or ``role:moderator``. Raises ``ApproversInvalid``."""
    text = canonical(name.strip())
    if not text or len(text) > LONGEST or any(c.isspace() for c in text):
        raise ApproversInvalid(f"{name[:80]!r} is no username, address or role.")
    if text.startswith(f"{ROLE}:"):
        if text.removeprefix(f"{ROLE}:") not in ROLES:
            raise ApproversInvalid(f"{name[:80]!r} is no role; there are {', '.join(ROLES)}.")
        return text
    return f"{EMAIL if '@' in text else USER}:{text}"


def principals_of(caller: Caller, email: str | None) -> list[str]:
    """All names that a caller is asked by, the most personal first."""
    own = [f"{USER}:{canonical(caller.username)}", *([f"{EMAIL}:{canonical(email)}"] if email else [])]
    return [*own, *(f"{ROLE}:{role}" for role in sorted(caller.roles))]
