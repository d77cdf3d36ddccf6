"""After so many days as the tenant's policy says, personal values leave the record; that something happened stays.

| pk | sk | what |
|---|---|---|
| ``{t}#audit`` | ``retention`` | up to which entry values were erased |
"""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from docchain.audit import keys
from docchain.audit.erasure import erase_all
from docchain.audit.hashing import PERSONAL
from docchain.audit.stretch import read_stretch
from docchain.clock import to_iso
from docchain.events.models import Event
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

ENTRIES_PER_STEP = 1_000
RETENTION = "retention"


def erase_older(table: Table, tenant_id: str, retention_days: int) -> tuple[int, bool]:
    """One step: how many entries lost values, and whether older ones may be left. The step and its event are one write.

    What dies in the middle begins again at the step before, and erasing twice is harmless.
    """
    pk = keys.chain(tenant_id)
    state = table.get(pk, RETENTION, consistent=True)
    begun = state["erased_to"] if state else 0
    cutoff = to_iso(datetime.now(UTC) - timedelta(days=retention_days))
    stretch = read_stretch(table, tenant_id, begun, ENTRIES_PER_STEP)
    older = list(takewhile(lambda entry: entry.recorded_at < cutoff, stretch))
    if not older:
        return 0, False
    erased_to, erased = older[-1].seq, erase_all(table, [(entry, PERSONAL) for entry in older])
    fact = Event(
        type="audit.values_erased",
        tenant_id=tenant_id,
        subject="audit",
        data={"from": begun + 1, "to": erased_to, "entries": erased, "retention_days": retention_days},
    )
    moved = table.updating(pk, RETENTION, set_={"entity": "retention", "erased_to": erased_to})
    table.transact([moved, table.putting(event_item(fact))] if erased else [moved])
    return erased, len(older) == ENTRIES_PER_STEP
