"""Every tenant that has a chain: the one list that the daily jobs walk along."""

from collections.abc import Iterator

from docchain.audit import keys
from docchain.audit.chain import to_head
from docchain.audit.heads import SIGNED, Signed, to_signed
from docchain.storage.table import Table

PER_PAGE = 100


def each_tenant(table: Table) -> Iterator[str]:
    for page in _pages(table):
        yield from page


def unsigned_tenants(table: Table) -> Iterator[str]:
    """Those with entries that no head covers, or with a head that S3 does not have. A read or two per hundred."""
    for page in _pages(table):
        wanted = [(keys.chain(tenant_id), sk) for tenant_id in page for sk in (SIGNED, keys.HEAD)]
        found = table.get_many(wanted, consistent=True)
        for tenant_id in page:
            pk = keys.chain(tenant_id)
            if not _is_signed(to_signed(found.get((pk, SIGNED)), to_head(found.get((pk, keys.HEAD))))):
                yield tenant_id


def _pages(table: Table) -> Iterator[list[str]]:
    page = table.query(keys.CHAINS, limit=PER_PAGE)
    yield [item["sk"] for item in page.items]
    while page.next_key:
        page = table.query(keys.CHAINS, limit=PER_PAGE, start_key=page.next_key)
        yield [item["sk"] for item in page.items]


def _is_signed(signed: Signed) -> bool:
    return signed.head is not None and signed.head["size"] == signed.entries and signed.is_archived
