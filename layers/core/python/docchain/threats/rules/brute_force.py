"""Many failures on one account, wherever they come from."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_account

RULE = Rule(
    name="brute_force",
    listens=frozenset({"user.login_failed", "login.locked"}),
    subject=by_account,
    threshold=8,
    minutes=60,
    severity=Severity.MEDIUM,
    title="Guessing at one account",
    explanation="Logins to this account failed eight times within an hour, more than its lock lets through at once.",
    recommendation="Ask its owner; if it was not they, a new password and a second factor.",
)
