"""Deleting a user: deactivated first, then all that was the user's goes, and last the name.

Each step is harmless when it comes twice, and the last is the one that says it is done. Who dies in between leaves a
user who can no longer log in and is still listed; deleting again goes on where it ended.
"""

from typing import Final

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.identity import keys
from docchain.identity.accounts import Accounts
from docchain.identity.administration import news, set_active, unchanged
from docchain.identity.names import canonical
from docchain.storage.items import Item
from docchain.storage.table import TRANSACTION_LIMIT, Table

NOBODY: Final = "(deleted)"
"""No name that can be registered: it has brackets."""

# Second factors, passkeys and earlier passwords of one account: each of them has a small limit of its own.
_ACCOUNT_ITEMS_MOST = 1000


def delete_user(accounts: Accounts, caller: Caller, user_id: int) -> None:
    """Raises ``LastAdministrator``, ``UserNotFound``, and ``ConditionFailed`` (409) when it changed meanwhile."""
    user = set_active(accounts, caller, user_id, False)
    table = accounts.table
    _delete(table, table.query_all(keys.account(user.tenant_id, user.id), most=_ACCOUNT_ITEMS_MOST, consistent=True))
    for partition in (keys.sessions_of(user.tenant_id, user.id), keys.api_keys_of(user.tenant_id, user.id)):
        _delete_listed(table, partition)
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
            table.putting(news(user, "user.deleted", caller.username)),
        ]
    )


def _delete_listed(table: Table, partition: str) -> None:
    """What the index ``by_user`` names, page by page."""
    page = table.query(partition, index=keys.BY_USER, index_keys=("gsi_pk", "gsi_sk"))
    _delete(table, page.items)
    while page.next_key:
        page = table.query(partition, index=keys.BY_USER, index_keys=("gsi_pk", "gsi_sk"), start_key=page.next_key)
        _delete(table, page.items)


def _delete(table: Table, items: list[Item]) -> None:
    for start in range(0, len(items), TRANSACTION_LIMIT):
        some = items[start : start + TRANSACTION_LIMIT]
        table.transact([table.deleting(item["pk"], item["sk"]) for item in some])
