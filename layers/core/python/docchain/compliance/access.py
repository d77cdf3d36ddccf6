"""Who has access: users with their roles, second factors, last logins and API keys, as they are when it is asked."""

from typing import Any, Final

from docchain.clock import epoch
from docchain.identity import keys
from docchain.identity.models import User
from docchain.identity.users import to_user
from docchain.storage.table import Table

USERS_MOST: Final = 1_000
API_KEYS_MOST: Final = 1_000
_MARK: Final = "k_"
_KEY_FIELDS: Final = ("id", "user_id", "name", "permissions", "created_at", "rotated_at", "last_used_at")


def read_access(identity: Table, tenant_id: str) -> dict[str, Any]:
    """A query for the users, and a read for each hundred of what they own. ``complete``: whether all are there."""
    items = identity.query_all(keys.users(tenant_id), most=USERS_MOST + 1)
    users = [to_user(tenant_id, item) for item in items[:USERS_MOST]]
    present = [user for user in users if user.deleted_at is None]
    owned = _owned(identity, tenant_id, present)
    api_keys, all_keys = _api_keys(identity, tenant_id, [key_id for ids in owned.values() for key_id in ids])
    active = [user for user in present if user.is_active]
    with_mfa = sum(user.mfa_enabled for user in active)
    return {
        "users": [_row(user, len(owned[user.id])) for user in present],
        "api_keys": api_keys,
        "mfa": {
            "active_users": len(active),
            "with_mfa": with_mfa,
            "coverage_percent": round(100 * with_mfa / len(active), 1) if active else 0.0,
            "administrators_without": sorted(u.username for u in active if u.is_active_admin and not u.mfa_enabled),
        },
        "complete": len(items) <= USERS_MOST and all_keys,
    }


def _row(user: User, api_keys: int) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "username": user.username,
        "roles": list(user.roles),
        "is_active": user.is_active,
        "mfa_enabled": user.mfa_enabled,
        "created_at": user.created_at,
        "last_login_at": user.last_login_at,
        "api_keys": api_keys,
    }


def _owned(identity: Table, tenant_id: str, users: list[User]) -> dict[int, list[str]]:
    """Ids of each user's keys that have not expired."""
    at = {user.id: (keys.account(tenant_id, user.id), keys.API_KEYS) for user in users}
    found = identity.get_many(at.values())
    return {user_id: _live_ids(found.get(place, {})) for user_id, place in at.items()}


def _live_ids(item: dict[str, Any]) -> list[str]:
    until = {name.removeprefix(_MARK): value for name, value in item.items() if name.startswith(_MARK)}
    return sorted(key_id for key_id, end in until.items() if end == 0 or end > epoch())


def _api_keys(identity: Table, tenant_id: str, ids: list[str]) -> tuple[list[dict[str, Any]], bool]:
    wanted = [(keys.api_key(tenant_id, key_id), keys.API_KEY) for key_id in ids[:API_KEYS_MOST]]
    found = identity.get_many(wanted)
    rows = [{name: found[at].get(name) for name in _KEY_FIELDS} for at in wanted if at in found]
    return rows, len(ids) <= API_KEYS_MOST
