"""Whether a session is still live: the question that each message of an open socket asks of identity.

Apart from ``verify``: no token is read here, so that these functions start without the libraries of JWT and ECDSA.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import Final

from docchain.identity.sessions import SessionRepository

# A revoked session is refused within five seconds; reads are consistent, so the rest is for the call itself.
LIVE_SECONDS: Final = 4.0
_REMEMBERED_MOST = 1000


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
