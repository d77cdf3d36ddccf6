"""Somebody tries what they may not, door after door."""

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.threats.rule import Rule, by_caller


def _route(event: Event) -> str | None:
    return str(event.data.get("route", "")) or None


RULE = Rule(
    name="permission_probing",
    listens=frozenset({"access.denied"}),
    subject=by_caller,
    member=_route,
    threshold=5,
    minutes=10,
    severity=Severity.MEDIUM,
    title="One user refused at many routes",
    explanation="The user asked for five different things they may not do within ten minutes.",
    recommendation="Somebody lost, a script with the wrong key, or a stolen session: ask, and look at the audit.",
)
