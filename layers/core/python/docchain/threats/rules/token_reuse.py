"""A refresh token was used twice: of the two who had it, one is a thief."""

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.threats.rule import Rule, by_account


def _is_reuse(event: Event) -> bool:
    return event.type == "refresh_token.reused" or event.data.get("reason") == "refresh_token_reused"


RULE = Rule(
    name="token_reuse",
    listens=frozenset({"refresh_token.reused", "session.revoked"}),
    subject=by_account,
    when=_is_reuse,
    threshold=1,
    minutes=60,
    severity=Severity.HIGH,
    title="A refresh token was used twice",
    explanation="A token that had been exchanged came again. Its session was ended at once, for both who held it.",
    recommendation="Find out where the token lay: a log, a shared disk, a browser extension. Then log in anew.",
)
