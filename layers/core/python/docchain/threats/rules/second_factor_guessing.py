"""Who guesses codes has the password already."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_account

RULE = Rule(
    name="second_factor_guessing",
    listens=frozenset({"mfa.failed"}),
    subject=by_account,
    threshold=5,
    minutes=15,
    severity=Severity.HIGH,
    title="Guessing at a second factor",
    explanation="Five wrong codes within a quarter of an hour, each after the right password.",
    recommendation="The password is known to somebody: set a new one now.",
)
