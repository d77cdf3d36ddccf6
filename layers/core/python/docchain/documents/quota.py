"""How much a tenant may keep, and how much it does: counters that change in the transactions of the cards.

Uploads are counted in one item, whose condition holds them to the limits exactly. What runs make is spread over eight,
for two hundred runs at once would stand in line for one; they look before and count after, so that together they may
pass a limit by what was at work at that moment. Versions count, and equal content counts for each of its cards.
"""

import zlib
from dataclasses import dataclass
from typing import Any

from docchain.documents.errors import QuotaExceeded
from docchain.documents.models import Document
from docchain.storage.conditions import Attr, Condition
from docchain.storage.table import Action, Table

BYTES_MOST = 20 * 1024**3
DOCUMENTS_MOST = 100_000
SHARDS = 8
_UPLOADS = "uploads"


@dataclass(frozen=True)
class Usage:
    bytes: int
    documents: int
    bytes_most: int = BYTES_MOST
    documents_most: int = DOCUMENTS_MOST

    def check(self, size: int, count: int) -> None:
        """Raises ``QuotaExceeded``."""
        for what, kept, more, most in (
            ("bytes", self.bytes, size, self.bytes_most),
            ("documents", self.documents, count, self.documents_most),
        ):
            if kept + more > most:
                raise QuotaExceeded(
                    f"Your documents have {kept:,} {what}, and {more:,} more would pass the limit of {most:,}.",
                    details={"what": what, "limit": most, "kept": kept, "asked": more},
                )


@dataclass(frozen=True)
class Quota:
    """An operator sets other limits for a tenant in its item ``limits``."""

    table: Table

    def read(self, tenant_id: str) -> Usage:
        return _sum(self._items(tenant_id))

    def admitting(self, tenant_id: str, size: int, count: int = 1) -> Action:
        """For an upload: a member of its transaction, whose condition fails when others were quicker."""
        items = self._items(tenant_id)
        usage = _sum(items)
        usage.check(size, count)
        others = _sum([item for item in items if item["sk"] != _UPLOADS])
        room = Attr("bytes").lte(usage.bytes_most - size - others.bytes)
        places = Attr("documents").lte(usage.documents_most - count - others.documents)
        fits: Condition = Attr("pk").not_exists() | (room & places)
        return self._counting(tenant_id, _UPLOADS, size, count, fits)

    def counting(self, tenant_id: str, documents: list[Document]) -> list[Action]:
        """Documents that a run made: one member for each counter they stand in."""
        by_shard: dict[str, list[Document]] = {}
        for document in documents:
            by_shard.setdefault(_shard(document), []).append(document)
        return [
            self._counting(tenant_id, shard, sum(document.size for document in made), len(made))
            for shard, made in sorted(by_shard.items())
        ]

    def releasing(self, tenant_id: str, document: Document, size: int, count: int) -> Action:
        """A document that is gone, along with its versions."""
        return self._counting(tenant_id, _shard(document), -size, -count)

    def _counting(self, tenant_id: str, shard: str, size: int, count: int, when: Condition | None = None) -> Action:
        added: dict[str, int | float] = {"bytes": size, "documents": count}
        return self.table.updating(_pk(tenant_id), shard, set_={"entity": "usage"}, add=added, when=when)

    def _items(self, tenant_id: str) -> list[dict[str, Any]]:
        return self.table.query(_pk(tenant_id), consistent=True).items


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#usage"


def _shard(document: Document) -> str:
    if document.origin.get("kind") == "upload":
        return _UPLOADS
    return f"runs#{zlib.crc32(document.id.encode()) % SHARDS}"


def _sum(items: list[dict[str, Any]]) -> Usage:
    counters = [item for item in items if item["entity"] == "usage"]
    limits = next((item for item in items if item["entity"] == "quota"), {})
    return Usage(
        bytes=sum(item["bytes"] for item in counters),
        documents=sum(item["documents"] for item in counters),
        bytes_most=limits.get("bytes_most", BYTES_MOST),
        documents_most=limits.get("documents_most", DOCUMENTS_MOST),
    )
