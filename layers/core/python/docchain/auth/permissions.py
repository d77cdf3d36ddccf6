"""Roles and the scopes they carry: ``<group>:read`` and ``<group>:write``, and the few that reach further.

| scope | what it opens |
|---|---|
| ``<group>:read``, ``<group>:write`` | what all of a tenant work on together, and what is one's own |
| ``ws:write`` | speaking in rooms: to everybody, to others, about workflows |
| ``users:read`` | other people's accounts; reading them is told to the audit |
| ``users:admin`` | their roles, whether they are active, invitations, deletion |
| ``tenant:admin`` | the tenant's name and its security policies |
| ``audit:read`` | what everybody did |
| ``vault:read``, ``vault:write`` | which secrets the tenant has; storing and deleting them. Nobody reads one back |

A guest reads what is common and nobody else's personal data. What is one's own (profile, password, sessions) needs no
scope but a session.
"""

from typing import Final

GROUPS: Final = (
    "workflows",
    "auth",
    "security",
    "ws",
    "advanced",
    "ai",
    "ai_workflows",
    "metrics",
    "background",
    "scheduler",
)
ROLES: Final = ("admin", "moderator", "user", "guest")
ADMIN: Final = "admin"

_READ = frozenset(f"{group}:read" for group in GROUPS)
_WRITE = frozenset(f"{group}:write" for group in GROUPS)
# Looks at others, and changes nothing of them.
_OVERSIGHT = frozenset({"users:read", "audit:read", "vault:read"})
_ADMINISTRATION = frozenset({"users:admin", "tenant:admin", "vault:write"})

SCOPES_OF_ROLE: Final = {
    "admin": _READ | _WRITE | _OVERSIGHT | _ADMINISTRATION,
    "moderator": _READ | _WRITE | _OVERSIGHT,
    # Who speaks to everybody of a tenant is chosen: its moderators and administrators, and their API keys.
    "user": _READ | _WRITE - {"ws:write"},
    "guest": _READ,
}


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """Unknown roles carry nothing."""
    return frozenset().union(*(SCOPES_OF_ROLE.get(role, frozenset()) for role in roles))
