"""Looking at one person is work; looking at all of them is an export."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_caller, by_subject

RULE = Rule(
    name="personal_data_reading",
    listens=frozenset({"data.accessed"}),
    subject=by_caller,
    member=by_subject,
    threshold=50,
    minutes=60,
    severity=Severity.MEDIUM,
    title="One user reads many people's data",
    explanation="Personal data of fifty different people or lists were read by one user within an hour.",
    recommendation="Ask what for; the audit has each of them.",
)
