"""One user in two networks within minutes: impossible travel, as far as it can be told without a map."""

from docchain.audit.kinds import Severity
from docchain.threats.rule import Rule, by_account, network_of

RULE = Rule(
    name="changed_network",
    listens=frozenset({"user.logged_in"}),
    subject=by_account,
    member=network_of,
    threshold=3,
    minutes=30,
    severity=Severity.MEDIUM,
    title="One user from three networks at once",
    explanation=(
        "The user logged in from three different networks (/16 or /48) within half an hour. A phone and a desk are two."
    ),
    recommendation="Ask the user; if it was not they, end all their sessions and set a new password.",
)
