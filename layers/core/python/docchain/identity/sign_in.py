"""Logging in: a name and a password for a session, an access token and a refresh token."""

from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.accounts import Accounts
from docchain.identity.challenges import Challenge, ask
from docchain.identity.errors import InvalidCredentials
from docchain.identity.lockout import approach
from docchain.identity.models import Origin, User
from docchain.identity.opening import USER_AGENT_MOST, Login, Proof, open_session
from docchain.identity.requests import Credentials


def log_in(accounts: Accounts, credentials: Credentials, origin: Origin) -> Login | Challenge:
    """Raises ``InvalidCredentials``, for every reason the same, and ``LoginLocked`` before any password is checked.

    Who has a second factor gets a challenge. Nobody, a wrong password and a closed account make the same calls and hash
    once.
    """
    coming = approach(accounts.users, accounts.guard, credentials.username, origin)
    user = coming.user
    matches = accounts.passwords.matches(user.password_hash if user else None, credentials.password)
    if user is None or not matches or not user.is_active:
        coming.fail(_failed(user, origin), origin)
        raise InvalidCredentials
    outdated = accounts.passwords.outdated(user.password_hash)
    password_hash = accounts.passwords.hash(credentials.password) if outdated else None
    if user.mfa_enabled:
        return ask(accounts.table, user, [*coming.succeeding(), *accounts.users.rehashing(user, password_hash)])
    proof = Proof(password_hash=password_hash, along=tuple(coming.succeeding()))
    return open_session(accounts, user, coming.policies, coming.open_sessions, origin, proof)


def _failed(user: User | None, origin: Origin) -> Event:
    """The name that was tried is not told: now and then it is a password in the wrong field."""
    return Event(
        type="user.login_failed",
        tenant_id=user.tenant_id if user else keys.ANONYMOUS,
        subject=f"users/{user.id}" if user else "users",
        data={
            "user_id": user.id if user else None,
            "ip": origin.ip,
            "user_agent": origin.user_agent[:USER_AGENT_MOST],
        },
    )
