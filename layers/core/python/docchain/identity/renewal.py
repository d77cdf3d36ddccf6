"""Renewing: a refresh token for a new pair, once."""

from docchain.clock import epoch
from docchain.events.models import Event
from docchain.identity import access_tokens, refresh_tokens
from docchain.identity.accounts import Accounts
from docchain.identity.errors import InvalidRefreshToken
from docchain.identity.models import Session
from docchain.identity.opening import Login
from docchain.identity.refresh_tokens import RefreshToken
from docchain.storage.outbox import event_item


def renew(accounts: Accounts, token: str) -> Login:
    """Raises ``InvalidRefreshToken``; a token used twice also ends its session, for one of the two users is a thief."""
    refresh = RefreshToken.parse(token)
    session = accounts.sessions.find(refresh.tenant_id, refresh.session_id)
    if session is None or not refresh.is_of(session):
        raise InvalidRefreshToken
    if not refresh.is_current_in(session):
        raise _reused(accounts, session)
    live = accounts.sessions.find_live(session.tenant_id, session.id, session.user_id)
    if live is None:
        raise InvalidRefreshToken
    _, user = live
    successor = refresh.successor()
    # Signed before the exchange: a key that does not answer must not cost the user the session.
    access = access_tokens.issue_access_token(accounts.key, user, session.id)
    expires_at = epoch() + refresh_tokens.LIFETIME_SECONDS
    if not accounts.sessions.rotate(session, successor.refresh_hash, expires_at):
        raise _reused(accounts, session)
    return Login(user, access, successor.text())


def _reused(accounts: Accounts, session: Session) -> InvalidRefreshToken:
    told = Event(
        type="refresh_token.reused",
        tenant_id=session.tenant_id,
        subject=f"sessions/{session.id}",
        data={"session_id": session.id, "user_id": session.user_id},
    )
    accounts.sessions.revoke(
        session.tenant_id,
        session.id,
        session.user_id,
        reason="refresh_token_reused",
        actor=None,
        also=[accounts.table.putting(event_item(told))],
    )
    return InvalidRefreshToken()
