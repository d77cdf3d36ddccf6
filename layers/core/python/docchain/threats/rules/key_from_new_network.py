"""An API key that always came from one place comes from another."""

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.threats.rule import Rule, network_of


def _key(event: Event) -> str | None:
    return event.subject if event.subject.startswith("api_keys/") else None


RULE = Rule(
    name="key_from_new_network",
    listens=frozenset({"api_key.used"}),
    subject=_key,
    member=network_of,
    threshold=2,
    minutes=30 * 24 * 60,
    severity=Severity.MEDIUM,
    title="An API key from a new network",
    explanation="Within thirty days this key was used from a second network (/16 or /48).",
    recommendation="If nothing of yours moved, rotate the key and bind it to its addresses.",
)
