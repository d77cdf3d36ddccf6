"""A new administrator is worth a look, every time."""

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.threats.rule import Rule, by_subject


def _is_promotion(event: Event) -> bool:
    before, after = (event.data.get(when) or {} for when in ("before", "after"))
    return "admin" in after.get("roles", ()) and "admin" not in before.get("roles", ())


RULE = Rule(
    name="administrator_made",
    listens=frozenset({"user.roles_changed"}),
    subject=by_subject,
    when=_is_promotion,
    threshold=1,
    minutes=60,
    severity=Severity.LOW,
    title="A user became an administrator",
    explanation="An administrator gave this user all rights over the tenant.",
    recommendation="Make sure that it was meant.",
)
