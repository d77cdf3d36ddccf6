"""Deleting a user: deactivated first, then all that was the user's goes, and last the name.

Each step is harmless when it comes twice, and the last is the one that says it is done. Who dies in between leaves a
user who can no longer log in and is still listed; deleting again goes on where it ended.
"""

from typing import Final

from docchain.audit.erasure import request_erasure
from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.identity import keys
from docchain.identity.accounts import Accounts
from docchain.identity.administration import news, set_active, unchanged
from docchain.identity.api_keys.owned import read_owned
from docchain.identity.models import User
from docchain.identity.names import canonical
from docchain.identity.resets import ending_link
from docchain.storage.items import Item
from docchain.storage.table import TRANSACTION_LIMIT, Table

Key = tuple[str, str]

NOBODY: Final = "(deleted)"
"""No name that can be registered: it has brackets."""

# Second factors, passkeys and earlier passwords of one account: each of them has a small limit of its own.
_ACCOUNT_ITEMS_MOST = 1000


def delete_user(accounts: Accounts, audit: Table, caller: Caller, user_id: int) -> None:
    """Raises ``LastAdministrator``, ``UserNotFound``, and ``ConditionFailed`` (409) when it changed meanwhile."""
    user = set_active(accounts, caller, user_id, False)
    table = accounts.table
    account = table.query_all(keys.account(user.tenant_id, user.id), most=_ACCOUNT_ITEMS_MOST, consistent=True)
    _delete(table, [_key(item) for item in account])
    _delete(table, _api_keys(table, user))
    _delete_sessions(table, user)
    request_erasure(audit, user.tenant_id, user.id, actor=caller.username)
    tombstone = {
        "username": NOBODY,
        "email": "",
        "full_name": None,
        "password_hash": "",
        "roles": (),
        "mfa_enabled": False,
        "last_login_at": None,
        "deleted_at": now(),
    }
    table.transact(
        [
            table.updating(keys.users(user.tenant_id), keys.user(user.id), set_=tombstone, when=unchanged(user)),
            accounts.users.releasing(keys.username(canonical(user.username)), user),
            accounts.users.releasing(keys.email(canonical(user.email)), user),
            ending_link(table, user.tenant_id, user.id),
            table.putting(news(user, "user.deleted", caller.username)),
        ]
    )


def _api_keys(table: Table, user: User) -> list[Key]:
    """With the list of them, and with those whose time is over."""
    ids = read_owned(table, user.tenant_id, user.id).until
    listed = (keys.api_keys_of(user.tenant_id, user.id), keys.API_KEYS)
    return [*((keys.api_key(user.tenant_id, i), keys.API_KEY) for i in ids), listed]


def _delete_sessions(table: Table, user: User) -> None:
    """Those that ended too, which lie there for a week and know addresses and devices; page by page."""
    start: Item | None = None
    while True:
        page = table.query(
            keys.sessions_of(user.tenant_id, user.id),
            index=keys.BY_USER,
            index_keys=("gsi_pk", "gsi_sk"),
            start_key=start,
        )
        _delete(table, [_key(item) for item in page.items])
        start = page.next_key
        if start is None:
            return


def _key(item: Item) -> Key:
    return item["pk"], item["sk"]


def _delete(table: Table, those: list[Key]) -> None:
    for start in range(0, len(those), TRANSACTION_LIMIT):
        table.transact([table.deleting(*key) for key in those[start : start + TRANSACTION_LIMIT]])
