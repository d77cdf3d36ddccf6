"""An API key that always came from one place comes from another."""

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.threats.rule import Rule, network_of


def _key(event: Event) -> str | None:
    return event.subject if event.subject.startswith("api_keys/") else None


def _is_new(event: Event) -> bool:
    """All uses tell where the key belongs; only one from an address it never came from is news."""
    return bool(event.data.get("new_address"))


RULE = Rule(
    name="key_from_new_network",
    listens=frozenset({"api_key.used"}),
    subject=_key,
    member=network_of,
    finds=_is_new,
    each=network_of,
    threshold=2,
    minutes=30 * 24 * 60,
    severity=Severity.MEDIUM,
    title="An API key from a new network",
    explanation=(
        "The key came from an address it never came from, and within thirty days from another network (/16 or /48)."
    ),
    recommendation="If nothing of yours moved, rotate the key and bind it to its addresses.",
)
