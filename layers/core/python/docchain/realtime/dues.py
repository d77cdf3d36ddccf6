"""When a connection is to be looked at again: API Gateway tells of an end at most once, and of silence never."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from docchain.realtime import keys
from docchain.storage.items import Item
from docchain.storage.table import Table

# Past its time: nobody sweeps any more then, and TTL takes it.
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Due:
    at: int
    tenant_id: str
    connection: str

    @property
    def key(self) -> tuple[str, str]:
        shard = zlib.crc32(self.connection.encode()) % keys.DUE_SHARDS
        return f"{keys.DUE_PREFIX}{shard}", keys.due(self.at, self.connection)

    def item(self) -> Item:
        pk, sk = self.key
        named = {"tenant_id": self.tenant_id, "connection": self.connection, "due_at": self.at}
        return {"pk": pk, "sk": sk, "entity": "due", **named, "expires_at": self.at + _KEPT_SECONDS}


def due_of(tenant_id: str, connection: str, at: int) -> Due:
    return Due(at, tenant_id, connection)


def dues_until(table: Table, until: int, most_of_shard: int) -> Iterator[Due]:
    """Those whose moment has come, the earliest of each shard first. For the system's own sweep."""
    for shard in range(keys.DUE_SHARDS):
        page = table.query(f"{keys.DUE_PREFIX}{shard}", between=("0", keys.due(until, "~")), limit=most_of_shard)
        for item in page.items:
            yield Due(int(item["due_at"]), item["tenant_id"], item["connection"])


def put_off(table: Table, due: Due, until: int) -> None:
    """Both or neither: a connection is never without a moment."""
    later = due_of(due.tenant_id, due.connection, until)
    table.transact([table.deleting(*due.key), table.putting(later.item())])


def settle(table: Table, due: Due) -> None:
    table.delete(*due.key)
