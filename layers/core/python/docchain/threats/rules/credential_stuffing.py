"""Many accounts tried from one address within minutes: a list of stolen passwords."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_address, by_tried_name

RULE = Rule(
    name="credential_stuffing",
    listens=frozenset({"user.login_failed"}),
    subject=by_address,
    member=by_tried_name,
    threshold=10,
    minutes=10,
    across_tenants=True,
    severity=Severity.HIGH,
    block_minutes=60,
    title="Logins to many accounts from one address",
    explanation="Ten accounts or names were tried without success from this address within ten minutes.",
    recommendation="Have the accounts that were tried change their passwords and enrol a second factor.",
)
