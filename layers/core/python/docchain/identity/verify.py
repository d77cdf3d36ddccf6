"""Whose access token this is: the question that the authorizer and a new socket ask of identity."""

from docchain.auth.caller import Caller
from docchain.auth.permissions import scopes_of
from docchain.identity.access_tokens import read_access_token
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKeys
from docchain.ids import TenantId, UserId


def verify_access_token(token: str, keys: SigningKeys, sessions: SessionRepository, address: str = "") -> Caller:
    """Raises ``InvalidAccessToken`` (401). Never cached here: the gateway keeps the authorizer's answer already.

    One read, and at most once a minute a write: the note that the session was used. Roles are the user's own at this
    moment, not those that the token was given with. A blocked ``address`` is handed on for the door to refuse.
    """
    claims = read_access_token(keys, token)
    live = sessions.look_up(claims.tid, claims.sid, claims.user_id, address)
    if live is None or live.session.token_version != claims.ver:
        raise InvalidAccessToken("the session is over")
    session, user = live.session, live.user
    sessions.touch(session)
    roles = frozenset(user.roles)
    return Caller(
        tenant_id=TenantId(claims.tid),
        user_id=UserId(user.id),
        username=user.username,
        roles=roles,
        scopes=scopes_of(roles),
        session_id=session.id,
        rate_limit=live.policies.api.rate_limit_per_minute,
        request_megabytes=live.policies.api.max_request_size_mb,
        blocked_address=address if live.from_blocked_address else "",
    )
