"""Roles and the scopes they carry: ``<group>:read`` and ``<group>:write``."""

from typing import Final

GROUPS: Final = ("workflows", "auth", "security", "ws", "advanced")
ROLES: Final = ("admin", "moderator", "user", "guest")

_READ = frozenset(f"{group}:read" for group in GROUPS)
_WRITE = frozenset(f"{group}:write" for group in GROUPS)
# Administration of others; "users own themselves" needs no scope but a session.
_ADMIN = frozenset({"users:admin", "tenant:admin"})

SCOPES_OF_ROLE: Final = {
    "admin": _READ | _WRITE | _ADMIN,
    "moderator": _READ | _WRITE,
    "user": _READ | _WRITE,
    "guest": _READ,
}


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """Unknown roles carry nothing."""
    return frozenset().union(*(SCOPES_OF_ROLE.get(role, frozenset()) for role in roles))
