"""Receipts as they are kept: signed heads beside their runs, the entries they cover in the content store."""

import gzip
import json
from dataclasses import dataclass
from typing import Any

from docchain.audit.hashing import canonical_json
from docchain.documents.store import ContentStore
from docchain.ids import new_ulid
from docchain.receipts.making import Entry
from docchain.runs import keys
from docchain.runs.events import run_event_item
from docchain.runs.models import NodeRecord, Run
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Table

RECORDS_MOST = 20_000


@dataclass(frozen=True)
class Kept:
    """``name`` is that of the entries in the content store: erasing writes them anew under it."""

    head: dict[str, Any]
    name: str
    audit_seq: int | None = None


@dataclass(frozen=True)
class ReceiptRepository:
    table: Table
    contents: ContentStore

    def find(self, tenant_id: str, run: Run) -> Kept | None:
        item = self.table.get(keys.partition(tenant_id, run.id), receipt_key(run), consistent=True)
        return Kept(item["head"], item["name"], item.get("audit_seq")) if item else None

    def read_records(self, tenant_id: str, run_id: int) -> list[NodeRecord]:
        """All of them, those of a foreach's items too: one more than a receipt holds at most."""
        items = self.table.query_all(
            keys.partition(tenant_id, run_id), prefix=keys.NODE_PREFIX, most=RECORDS_MOST + 1, consistent=True
        )
        return [NodeRecord.model_validate(i) for i in items]

    def keep(self, tenant_id: str, run: Run, head: dict[str, Any], entries: list[Entry], actor: str) -> bool:
        """``False`` when another's is kept already: a run that ended has one receipt.

        The entries first, under a name of their own: who dies in between, or comes second, leaves what no head names.
        """
        name = f"receipts/{run.id}/{run.generation}-{new_ulid()}"
        self.write_entries(tenant_id, name, entries)
        item: Item = {
            "pk": keys.partition(tenant_id, run.id),
            "sk": receipt_key(run),
            "entity": "receipt",
            "head": head,
            "name": name,
        }
        told = run_event_item(
            tenant_id, run.id, run.workflow_id, "receipt.signed", actor=actor, root=head["root"], size=head["size"]
        )
        putting = self.table.putting(item, when=Attr("pk").not_exists())
        try:
            self.table.transact([putting, self.table.putting(told)])
        except ConditionFailed:
            self.contents.remove_named(tenant_id, name)
            return False
        return True

    def remember_place(self, tenant_id: str, run: Run, seq: int) -> None:
        pk = keys.partition(tenant_id, run.id)
        self.table.update(pk, receipt_key(run), set_={"audit_seq": seq}, when=Attr("pk").exists())

    def erase(self, tenant_id: str, run: Run, name: str, entries: list[Entry], actor: str) -> None:
        """Told first: an erasure that was told and did not come about is done by asking again."""
        told = run_event_item(tenant_id, run.id, run.workflow_id, "receipt.erased", actor=actor)
        self.table.transact([self.table.putting(told)])
        self.write_entries(tenant_id, name, entries)

    def read_entries(self, tenant_id: str, name: str) -> list[Entry]:
        """Nothing, when they are gone: what checks them will say so."""
        data = self.contents.find_named(tenant_id, name)
        return json.loads(gzip.decompress(data)) if data else []

    def write_entries(self, tenant_id: str, name: str, entries: list[Entry]) -> None:
        self.contents.put_named(tenant_id, name, gzip.compress(canonical_json(entries), mtime=0))


def receipt_key(run: Run) -> str:
    """A run that was resumed ends anew, and its receipt is another."""
    return f"receipt#{run.generation:06d}"
