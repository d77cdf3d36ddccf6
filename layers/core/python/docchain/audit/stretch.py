"""A stretch of a chain in its order, page by page: entries lie in partitions of ten thousand."""

from collections.abc import Iterator

from docchain.audit import keys
from docchain.audit.items import to_entry
from docchain.audit.models import Entry
from docchain.storage.table import Table


def read_stretch(table: Table, tenant_id: str, after: int, most: int) -> Iterator[Entry]:
    """At most ``most`` entries behind number ``after``. What is missing is left out: whoever checks will notice."""
    left, seq = most, after
    partition = (after + 1) // keys.ENTRIES_PER_PARTITION
    while left > 0:
        pk = keys.entries(tenant_id, partition * keys.ENTRIES_PER_PARTITION)
        page = table.query(pk, after=keys.entry(seq), limit=min(left, 1_000), consistent=True)
        for item in page.items:
            entry = to_entry(item)
            yield entry
            seq, left = entry.seq, left - 1
        if page.next_key is None:
            partition += 1
            # A partition that holds nothing is the end, or a hole as large as it: the signed size tells which.
            if not page.items and partition > (seq + 1) // keys.ENTRIES_PER_PARTITION:
                return
