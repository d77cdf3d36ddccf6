"""Chains as their writer sees them: events as the bus hands them on, what they became, and what is wrong there."""

from typing import Any

from docchain import aws
from docchain.audit import keys
from docchain.audit.chain import Chain
from docchain.audit.hashing import GENESIS
from docchain.audit.items import to_entry
from docchain.audit.models import Entry
from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.storage.table import Table

CAUSE = Cause(
    request_id="request-9", ip="203.0.113.7", user_agent="pytest", user_id=1, username="ada", session_id="session"
)


def the_chain() -> Chain:
    return Chain(Table(aws.dynamodb(), "audit"))


def a_fact(tenant_id: str, kind: str = "workflow.created", *, user_id: int = 1, **fields: Any) -> Event:
    known = {
        "type": kind,
        "tenant_id": tenant_id,
        "subject": "workflows/3",
        "actor": "ada",
        "data": {"workflow_id": 3, "after": {"name": "Contract review", "weight": 1.0}},
        "cause": CAUSE.model_copy(update={"user_id": user_id}),
    }
    return Event.model_validate({**known, **fields})


def some_facts(tenant_id: str, number: int, *, users: int = 1) -> list[Event]:
    return [a_fact(tenant_id, user_id=1 + n % users, subject=f"workflows/{n}") for n in range(number)]


def entries_of(tenant_id: str) -> list[Entry]:
    """All of them, in the order of their numbers; at most the first partition's."""
    items = the_chain().table.query_all(keys.entries(tenant_id, 1), most=keys.ENTRIES_PER_PARTITION, consistent=True)
    return [to_entry(item) for item in items]


def faults_of(entries: list[Entry]) -> list[tuple[int, list[str]]]:
    """Number and faults of each entry that is not as it was written, or does not stand where it says."""
    found = []
    previous = GENESIS
    for position, entry in enumerate(entries, start=1):
        faults = entry.faults()
        if entry.previous_hash != previous or entry.seq != position:
            faults.append("previous_hash")
        if faults:
            found.append((entry.seq, faults))
        previous = entry.hash
    return found
