"""Step-up: a dangerous action wants the second factor to have been proved in this session a moment ago.

The authorizer's answer may be seconds old, so the session is read here again, consistently.
"""

from typing import Final

from docchain.auth.caller import Caller
from docchain.auth.errors import SessionRequired
from docchain.clock import epoch
from docchain.errors import Forbidden
from docchain.identity.accounts import Accounts
from docchain.identity.errors import InvalidAccessToken

FRESH_SECONDS: Final = 15 * 60


class StepUpRequired(Forbidden):
    code = "STEP_UP_REQUIRED"

    def __init__(self) -> None:
        super().__init__(
            "Prove your second factor again: POST /api/v3/security/mfa/step-up with a code, then repeat this.",
            details={"step_up": "/api/v3/security/mfa/step-up", "fresh_seconds": FRESH_SECONDS},
        )


def require_session(caller: Caller) -> None:
    """What belongs to a person is no API key's business. Raises ``SessionRequired``."""
    if caller.api_key_id or not caller.session_id:
        raise SessionRequired


def require_step_up(accounts: Accounts, caller: Caller) -> None:
    """One read; who has no second factor passes.

    Raises ``SessionRequired``, ``StepUpRequired``, and ``InvalidAccessToken`` for a session that ended meanwhile.
    """
    require_session(caller)
    live = accounts.sessions.find_live(caller.tenant_id, caller.session_id, caller.user_id)
    if live is None:
        raise InvalidAccessToken("the session is over")
    session, user = live
    if user.mfa_enabled and (session.mfa_at is None or session.mfa_at <= epoch() - FRESH_SECONDS):
        raise StepUpRequired
