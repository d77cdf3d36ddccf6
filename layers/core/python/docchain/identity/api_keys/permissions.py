"""What the permissions of a key open, at most: ``read``, ``write``, ``admin``, ``<group>:read``, ``<group>:write``.

Whoever may write may read. A key opens never more than its owner may do at this moment.
"""

from docchain.auth.permissions import ADMIN, SCOPES_OF_ROLE, scopes_of
from docchain.identity.api_keys.errors import BeyondOwner

ALL_SCOPES = frozenset().union(*SCOPES_OF_ROLE.values())
_READS = frozenset(scope for scope in ALL_SCOPES if scope.endswith(":read"))
_WRITES = frozenset(scope for scope in ALL_SCOPES if scope.endswith(":write"))
_BROAD = {"read": _READS, "write": _READS | _WRITES, "admin": ALL_SCOPES}

# In the order that a document of the API lists them in.
PERMISSIONS = (*_BROAD, *sorted(_READS | _WRITES))


def opened_by(permissions: tuple[str, ...]) -> frozenset[str]:
    """Whoever the owner is."""
    return frozenset().union(*(_opened(p) for p in permissions))


def scopes_of_key(permissions: tuple[str, ...], roles: frozenset[str]) -> frozenset[str]:
    """With the roles that the owner has now."""
    held = permissions if ADMIN in roles else tuple(p for p in permissions if p != "admin")
    return opened_by(held) & scopes_of(roles)


def require_held(permissions: tuple[str, ...], roles: frozenset[str]) -> None:
    """Raises ``BeyondOwner`` for a permission of which the owner has nothing."""
    for permission in permissions:
        wanted = _WRITES if permission == "write" else _opened(permission)
        if permission.endswith(":write"):
            wanted = frozenset({permission})
        if (permission == "admin" and ADMIN not in roles) or not wanted & scopes_of(roles):
            raise BeyondOwner(permission)


def _opened(permission: str) -> frozenset[str]:
    if permission in _BROAD:
        return _BROAD[permission]
    group, _, verb = permission.partition(":")
    opened = {permission, f"{group}:read"} if verb == "write" else {permission}
    return ALL_SCOPES & opened
