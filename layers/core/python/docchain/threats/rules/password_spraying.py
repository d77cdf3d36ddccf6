"""The same as stuffing, so slowly that no lock notices: a few passwords over many accounts in a day."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_address, by_tried_name

RULE = Rule(
    name="password_spraying",
    listens=frozenset({"user.login_failed"}),
    subject=by_address,
    member=by_tried_name,
    threshold=25,
    minutes=24 * 60,
    across_tenants=True,
    severity=Severity.HIGH,
    block_minutes=24 * 60,
    title="Slow guessing over many accounts",
    explanation="Twenty-five accounts or names were tried without success from this address within a day.",
    recommendation="Require second factors; passwords that many people choose are what this looks for.",
)
