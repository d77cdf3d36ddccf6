"""A limit that is hit minute after minute is no accident."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_subject

RULE = Rule(
    name="rate_limit_storm",
    listens=frozenset({"rate_limit.exceeded"}),
    subject=by_subject,
    threshold=5,
    minutes=15,
    severity=Severity.MEDIUM,
    title="One caller over the limit again and again",
    explanation="The same bucket was empty in five different minutes of a quarter of an hour.",
    recommendation="A client without a back-off, or an attack: look at what it calls before raising its limit.",
)
