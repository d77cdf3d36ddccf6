"""Counters that are moved in the transaction that writes what they count: no figure is ever made by a scan."""

from collections import Counter

from docchain.audit import keys
from docchain.audit.models import Entry, Head
from docchain.storage.table import Action, Table


def counting(table: Table, tenant_id: str, entries: list[Entry], head: Head) -> list[Action]:
    """Two actions and one for each user. ``head`` is the one before; all entries have one ``recorded_at``."""
    day = entries[0].recorded_at[:10]
    counts = tally_of(entries)
    pk = keys.counts(tenant_id)
    # The first entry of a day says where the day begins in the chain; a signed day is a range of numbers.
    opened = {"first_seq": entries[0].seq, "date": day} if head.recorded_at[:10] != day else {}
    users = Counter(e.user_id.value for e in entries if e.user_id.value is not None)
    return [
        table.updating(pk, keys.TOTALS, set_={"entity": "counter"}, add=counts),
        table.updating(pk, keys.day(day), set_={"entity": "counter", **opened}, add=counts),
        *(
            table.updating(pk, keys.user(user_id), set_={"entity": "counter", "user_id": user_id}, add={"total": n})
            for user_id, n in sorted(users.items())
        ),
    ]


def tally_of(entries: list[Entry]) -> dict[str, int | float]:
    tally: Counter[str] = Counter()
    for entry in entries:
        tally.update(("total", f"type_{entry.event_type}", f"severity_{entry.severity}"))
    return dict(tally)
