"""A new password for an account: strong, none of the last ones, and the end of every session the old one opened."""

from dataclasses import dataclass

from docchain.events.models import Event
from docchain.identity import attempts, history, keys, lockout, open_sessions
from docchain.identity.accounts import Accounts
from docchain.identity.models import User
from docchain.identity.open_sessions import OpenSessions
from docchain.identity.password_policy import require_strong
from docchain.identity.policies import Policies, to_policies
from docchain.identity.users import to_user
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

_TRIES = 5
Key = tuple[str, str]


@dataclass(frozen=True)
class Holder:
    """Whose password it is, and what is needed to replace it."""

    user: User
    policies: Policies
    earlier: list[str]
    sessions: OpenSessions


def keys_of_holder(tenant_id: str, user_id: int) -> list[Key]:
    return [
        (keys.users(tenant_id), keys.user(user_id)),
        (keys.policies(tenant_id), keys.POLICIES),
        history.address_of(tenant_id, user_id),
        open_sessions.address_of(tenant_id, user_id),
    ]


def to_holder(tenant_id: str, user_id: int, found: dict[Key, Item]) -> Holder | None:
    user, kept, earlier, opened = (found.get(key) for key in keys_of_holder(tenant_id, user_id))
    if user is None:
        return None
    return Holder(
        user=to_user(tenant_id, user),
        policies=to_policies(kept),
        earlier=history.to_hashes(earlier),
        sessions=open_sessions.to_open_sessions(tenant_id, user_id, opened),
    )


def replace_password(
    accounts: Accounts, holder: Holder, password: str, *, reason: str, actor: str | None, spending: tuple[Action, ...]
) -> None:
    """``reason`` is ``password_changed`` or ``password_reset``; ``spending`` are writes that use up what allows it.

    One transaction. Raises ``WeakPassword``, ``PasswordUsedBefore``, and ``ConditionFailed`` when somebody else was
    first: another new password, a ban, or what ``spending`` uses up.
    """
    user, policy = holder.user, holder.policies.password
    require_strong(password, policy, (user.username, user.email, user.full_name or ""))
    history.require_new(accounts.passwords, user, holder.earlier, password, policy.history)
    first = [accounts.users.setting_password(user, accounts.passwords.hash(password)), *spending]
    along = [
        history.remembering(accounts.table, user, holder.earlier, policy.history),
        attempts.forgetting(accounts.guard, lockout.account(user.tenant_id, user.id)),
        accounts.table.putting(event_item(_changed(user, reason, actor))),
    ]
    known = holder.sessions
    for _ in range(_TRIES):
        ending = [
            open_sessions.changing(accounts.table, known, ended=known.ids),
            accounts.table.putting(event_item(_sessions_over(known, reason, actor))),
        ]
        try:
            accounts.table.transact([*first, *along, *ending])
        except ConditionFailed as error:
            if any(at < len(first) for at in error.failed):
                raise
            known = accounts.sessions.read_known(user.tenant_id, user.id)  # a session was opened or ended meanwhile
            continue
        return
    raise TooMuchContention("Sessions of this user are opened and ended too often; try again.")


def _changed(user: User, reason: str, actor: str | None) -> Event:
    return Event(
        type=f"user.{reason}",
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=actor,
        data={"user_id": user.id},
    )


def _sessions_over(known: OpenSessions, reason: str, actor: str | None) -> Event:
    """They are over by the user's new token version; this closes their sockets."""
    return Event(
        type="sessions.revoked",
        tenant_id=known.tenant_id,
        subject=f"users/{known.user_id}",
        actor=actor,
        data={"user_id": known.user_id, "reason": reason, "session_ids": list(known.ids)},
    )
