"""Administration of users by others: their roles, and whether they may log in at all.

Each change counts the token version up, so that tokens given out before stop working within five seconds, and tells in
the same transaction which sessions are over, so that their sockets are closed.
"""

from typing import Any, Final

from docchain.auth.caller import Caller
from docchain.events.models import Event
from docchain.identity import keys, open_sessions
from docchain.identity.accounts import Accounts
from docchain.identity.errors import LastAdministrator, OwnRoles
from docchain.identity.models import User
from docchain.identity.profiles import present
from docchain.identity.tenants import TenantRepository
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

_TRIES: Final = 5
_COUNT: Final = 1
"""Where the members of a change have the tenant's number of administrators, if it changes."""


def set_roles(accounts: Accounts, caller: Caller, user_id: int, roles: tuple[str, ...]) -> User:
    """Raises ``OwnRoles``, ``LastAdministrator``, ``UserNotFound``."""
    if user_id == caller.user_id:
        raise OwnRoles
    return _change(accounts, caller, user_id, "user.roles_changed", {"roles": roles})


def set_active(accounts: Accounts, caller: Caller, user_id: int, active: bool) -> User:
    """Raises ``LastAdministrator``, ``UserNotFound``."""
    kind = "user.activated" if active else "user.deactivated"
    return _change(accounts, caller, user_id, kind, {"is_active": active})


def news(user: User, kind: str, actor: str, **data: Any) -> Item:
    fact = Event(
        type=kind,
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=actor,
        data={"user_id": user.id, **data},
    )
    return event_item(fact)


def unchanged(user: User) -> Condition:
    """Neither roles nor bans nor the password changed since it was read: each counts the token version up."""
    return Attr("token_version").eq(user.token_version) & Attr("deleted_at").not_exists()


def _change(accounts: Accounts, caller: Caller, user_id: int, kind: str, change: dict[str, Any]) -> User:
    """What is so already is not written, and no news."""
    for _ in range(_TRIES):
        user = present(accounts, caller.tenant_id, user_id)
        before = {name: getattr(user, name) for name in change}
        if before == change:
            return user
        after = user.model_copy(update={**change, "token_version": user.token_version + 1})
        counting = TenantRepository(accounts.table).counting_admins(user, after)
        told = news(user, kind, caller.username, before=before, after=change)
        ending = _ending(accounts, user, kind, caller.username)
        try:
            accounts.table.transact([_writing(accounts, user, after), *counting, accounts.table.putting(told), *ending])
        except ConditionFailed as error:
            if counting and error.failed == [_COUNT]:
                raise LastAdministrator from None
            continue  # the account changed, or one of its sessions was opened or ended
        return after
    raise TooMuchContention("This account changes too often; try again.")


def _writing(accounts: Accounts, user: User, after: User) -> Action:
    changes = after.model_dump(include={"roles", "is_active", "token_version"})
    return accounts.table.updating(keys.users(user.tenant_id), keys.user(user.id), set_=changes, when=unchanged(user))


def _ending(accounts: Accounts, user: User, reason: str, actor: str) -> list[Action]:
    """They are over by the new token version; the news closes their sockets."""
    known = accounts.sessions.read_known(user.tenant_id, user.id)
    ended = news(user, "sessions.revoked", actor, reason=reason, session_ids=list(known.ids))
    return [
        open_sessions.changing(accounts.table, known, ended=known.ids),
        *([accounts.table.putting(ended)] if known.ids else []),
    ]
