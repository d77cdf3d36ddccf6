"""Opening a session, once the caller has proved who it is: one write, whatever was proved."""

from dataclasses import dataclass, field

from docchain.clock import epoch, now, sleep_between
from docchain.events.models import Event
from docchain.identity import access_tokens, open_sessions, refresh_tokens
from docchain.identity.accounts import Accounts
from docchain.identity.errors import InvalidCredentials
from docchain.identity.models import Origin, Session, User
from docchain.identity.open_sessions import OpenSessions
from docchain.identity.password_age import password_expires_at
from docchain.identity.policies import Policies
from docchain.identity.refresh_tokens import RefreshToken
from docchain.ids import new_ulid
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

USER_AGENT_MOST = 256
_TRIES = 8
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Login:
    """What the user takes away."""

    user: User
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    password_expires_at: str | None = None
    """Told at a login only; ``None`` for a password that never grows old."""


@dataclass(frozen=True)
class Proof:
    """What came with the login. ``second_factor`` is its kind (``totp``); ``spending`` are writes that use it up.

    ``along`` are writes that cannot fail.
    """

    second_factor: str | None = None
    spending: tuple[Action, ...] = ()
    along: tuple[Action, ...] = ()
    password_hash: str | None = field(default=None, repr=False)


class ProofSpent(Exception):
    """What was proved with was used by another call meanwhile."""


def open_session(
    accounts: Accounts, user: User, policies: Policies, known: OpenSessions, origin: Origin, proof: Proof
) -> Login:
    """The session, the user's last login, the news, and the end of sessions there is no room for: one transaction.

    Raises ``InvalidCredentials`` for a user who was banned or given a new password meanwhile, ``ProofSpent``.
    """
    refresh = RefreshToken.new(user.tenant_id, new_ulid())
    # Signed before anything is written: a key that does not answer leaves no session behind.
    access = access_tokens.issue_access_token(accounts.key, user, refresh.session_id)
    session = _session(user, refresh, origin, proof)
    for attempt in range(_TRIES):
        if _written(accounts, user, policies, known, session, proof):
            return Login(user, access, refresh.text(), password_expires_at(user, policies.password))
        # Somebody else opened or ended a session of this user: look again.
        sleep_between(0, _PAUSE_SECONDS * 2**attempt)
        known = accounts.sessions.read_known(user.tenant_id, user.id)
    raise TooMuchContention("Sessions of this user are opened and ended too often; try again.")


def _written(
    accounts: Accounts, user: User, policies: Policies, known: OpenSessions, session: Session, proof: Proof
) -> bool:
    endings, ended = accounts.sessions.making_room(known, policies.session)
    decisive = [accounts.users.noting_login(user, password_hash=proof.password_hash), *proof.spending]
    actions = [
        *decisive,
        open_sessions.changing(accounts.table, known, opened=session.id, ended=ended),
        accounts.sessions.opening(session),
        accounts.table.putting(event_item(_logged_in(user, session, proof))),
        *proof.along,
        *endings,
    ]
    try:
        accounts.table.transact(actions)
    except ConditionFailed as error:
        if 0 in error.failed:
            raise InvalidCredentials from None
        if error.failed[0] < len(decisive):
            raise ProofSpent from None
        return False
    return True


def _session(user: User, refresh: RefreshToken, origin: Origin, proof: Proof) -> Session:
    moment = now()
    return Session(
        tenant_id=user.tenant_id,
        id=refresh.session_id,
        user_id=user.id,
        token_version=user.token_version,
        family_hash=refresh.family_hash,
        refresh_hash=refresh.refresh_hash,
        ip=origin.ip,
        user_agent=origin.user_agent[:USER_AGENT_MOST],
        created_at=moment,
        last_seen_at=moment,
        expires_at=epoch() + refresh_tokens.LIFETIME_SECONDS,
        mfa_at=epoch() if proof.second_factor else None,
    )


def _logged_in(user: User, session: Session, proof: Proof) -> Event:
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
            "second_factor": proof.second_factor,
        },
    )
