"""Whose access token this is: the one question that the authorizer and the WebSocket functions ask of identity."""

from collections import OrderedDict
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import Final

from docchain.auth.caller import Caller
from docchain.auth.permissions import scopes_of
from docchain.identity.access_tokens import read_access_token
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKey
from docchain.ids import TenantId, UserId

# A revoked session is refused within five seconds; reads are consistent, so the rest is for the call itself.
LIVE_SECONDS: Final = 4.0
_REMEMBERED_MOST = 1000


def verify_access_token(token: str, key: SigningKey, sessions: SessionRepository) -> Caller:
    """Raises ``InvalidAccessToken`` (401). Never cached here: the gateway keeps the authorizer's answer already.

    One read. Roles are the user's own at this moment, not those that the token was given with.
    """
    claims = read_access_token(key, token)
    live = sessions.find_live(claims.tid, claims.sid, claims.user_id)
    if live is None or live[0].token_version != claims.ver:
        raise InvalidAccessToken("the session is over")
    session, user = live
    roles = frozenset(user.roles)
    return Caller(
        tenant_id=TenantId(claims.tid),
        user_id=UserId(user.id),
        username=user.username,
        roles=roles,
        scopes=scopes_of(roles),
        session_id=session.id,
    )


@dataclass(frozen=True)
class LiveSessions:
    """Answers for sessions whose token was verified before, from at most ``LIVE_SECONDS`` ago.

    For doors that hear from one session many times a minute: messages of an open socket. One per process.
    """

    sessions: SessionRepository
    _seen: OrderedDict[tuple[str, str, int], float] = field(default_factory=OrderedDict, repr=False)

    def session_is_live(self, tenant_id: str, session_id: str, user_id: int) -> bool:
        """Also ``False`` for a user who was banned or changed the password since. A ``False`` is not remembered."""
        asked, moment = (tenant_id, session_id, user_id), monotonic()
        if self._seen.get(asked, -inf) > moment - LIVE_SECONDS:
            return True
        self._seen.pop(asked, None)
        if self.sessions.find_live(tenant_id, session_id, user_id) is None:
            return False
        # The moment before the read: the answer is as old as the question.
        self._seen[asked] = moment
        if len(self._seen) > _REMEMBERED_MOST:
            self._seen.popitem(last=False)
        return True
