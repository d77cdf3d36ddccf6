"""Changing a password by who knows the old one."""

from docchain.auth.caller import Caller
from docchain.auth.errors import SessionRequired
from docchain.errors import ValidationFailed
from docchain.events.models import Event
from docchain.identity import lockout, new_password
from docchain.identity.accounts import Accounts
from docchain.identity.attempts import admit, failing, forget
from docchain.identity.errors import InvalidCredentials, UserNotFound
from docchain.identity.models import Origin
from docchain.identity.opening import USER_AGENT_MOST
from docchain.storage.outbox import event_item


def change_password(accounts: Accounts, caller: Caller, current: str, new: str, origin: Origin) -> None:
    """Ends every session of the user, the caller's own too: who has stolen one is out, and nobody guesses which it is.

    Guesses at ``current`` count as failed logins. Raises ``SessionRequired`` for an API key, ``TooManyAttempts``,
    ``InvalidCredentials``, and what ``replace_password`` raises: of the history only after the old password was right,
    for it would tell whether a guess is that one.
    """
    if not caller.session_id:
        raise SessionRequired
    wanted = new_password.keys_of_holder(caller.tenant_id, caller.user_id)
    found = accounts.table.get_many(wanted, consistent=True)
    holder = new_password.to_holder(caller.tenant_id, caller.user_id, found)
    if holder is None:
        raise UserNotFound
    policies = holder.policies
    subject = lockout.account(caller.tenant_id, caller.user_id)
    admit(accounts.guard, subject, policies.max_login_attempts, policies.lockout_minutes * 60)
    if not accounts.passwords.matches(holder.user.password_hash, current):
        told = accounts.table.putting(event_item(_failed(caller, origin)))
        accounts.table.transact([failing(accounts.guard, subject), told])
        raise InvalidCredentials
    try:
        new_password.replace_password(
            accounts, holder, new, reason="password_changed", actor=caller.username, spending=()
        )
    except ValidationFailed:
        forget(accounts.guard, subject)  # who knows the old one was not guessing
        raise


def _failed(caller: Caller, origin: Origin) -> Event:
    return Event(
        type="user.login_failed",
        tenant_id=caller.tenant_id,
        subject=f"users/{caller.user_id}",
        actor=caller.username,
        data={
            "user_id": caller.user_id,
            "ip": origin.ip,
            "user_agent": origin.user_agent[:USER_AGENT_MOST],
            "at": "change-password",
        },
    )
