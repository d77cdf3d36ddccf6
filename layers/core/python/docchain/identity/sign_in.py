"""Logging in: a name and a password for a session, an access token and a refresh token."""

from dataclasses import dataclass, field

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.identity import access_tokens, keys, refresh_tokens
from docchain.identity.accounts import Accounts
from docchain.identity.errors import InvalidCredentials
from docchain.identity.models import Origin, Session, User
from docchain.identity.refresh_tokens import RefreshToken
from docchain.identity.requests import Credentials
from docchain.ids import new_ulid
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item

_USER_AGENT_MOST = 256


@dataclass(frozen=True)
class Login:
    """What the user takes away."""

    user: User
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


def log_in(accounts: Accounts, credentials: Credentials, origin: Origin) -> Login:
    """Raises ``InvalidCredentials``, for every reason the same.

    Nobody, a wrong password and a closed account make the same calls and hash once.
    """
    user = accounts.users.find_by_login(credentials.username)
    matches = accounts.passwords.matches(user.password_hash if user else None, credentials.password)
    if user is None or not matches or not user.is_active:
        accounts.table.put(event_item(_failed(user, origin)))
        raise InvalidCredentials
    refresh = RefreshToken.new(user.tenant_id, new_ulid())
    # Signed before anything is written: a key that does not answer leaves no session behind.
    access = access_tokens.issue_access_token(accounts.key, user, refresh.session_id)
    _open_session(accounts, user, credentials.password, _session(user, refresh, origin))
    return Login(user, access, refresh.text())


def _open_session(accounts: Accounts, user: User, password: str, session: Session) -> None:
    """The session, the user's last login and the news of it, and with new costs a new hash: one write."""
    outdated = accounts.passwords.outdated(user.password_hash)
    actions = [
        accounts.sessions.opening(session),
        accounts.users.noting_login(user, password_hash=accounts.passwords.hash(password) if outdated else None),
        accounts.table.putting(event_item(_logged_in(user, session))),
    ]
    try:
        accounts.table.transact(actions)
    except ConditionFailed:
        # Banned, or given a new password, while this one was being checked.
        raise InvalidCredentials from None


def _session(user: User, refresh: RefreshToken, origin: Origin) -> Session:
    moment = now()
    return Session(
        tenant_id=user.tenant_id,
        id=refresh.session_id,
        user_id=user.id,
        token_version=user.token_version,
        family_hash=refresh.family_hash,
        refresh_hash=refresh.refresh_hash,
        ip=origin.ip,
        user_agent=origin.user_agent[:_USER_AGENT_MOST],
        created_at=moment,
        last_seen_at=moment,
        expires_at=epoch() + refresh_tokens.LIFETIME_SECONDS,
    )


def _logged_in(user: User, session: Session) -> Event:
    return Event(
        type="user.logged_in",
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=user.username,
        data={
            "user_id": user.id,
            "session_id": session.id,
            "ip": session.ip,
            "user_agent": session.user_agent,
        },
    )


def _failed(user: User | None, origin: Origin) -> Event:
    """The name that was tried is not told: now and then it is a password in the wrong field."""
    return Event(
        type="user.login_failed",
        tenant_id=user.tenant_id if user else keys.ANONYMOUS,
        subject=f"users/{user.id}" if user else "users",
        data={
            "user_id": user.id if user else None,
            "ip": origin.ip,
            "user_agent": origin.user_agent[:_USER_AGENT_MOST],
        },
    )
