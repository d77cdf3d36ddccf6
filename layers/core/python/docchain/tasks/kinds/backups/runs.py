"""Runs that have ended: cards, records of their nodes with large outputs, receipts. One that goes on is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from docchain.documents.store import RESULTS
from docchain.runs import keys
from docchain.runs.models import OPEN
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing, items_of, raise_counter
from docchain.tasks.kinds.cleaning.runs import REMOVED

PER_PAGE = 5
# What is told of a run has its end within a week; what it waited for and set aside is over.
_LEFT_OUT: Final = (keys.RUN, "event#", keys.WAIT_PREFIX, "asked#", "reserved#")
_OPEN = {status.value for status in OPEN}


@dataclass(frozen=True)
class Runs:
    tables: Tables
    kind: ClassVar[str] = "run"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        table, at = self.tables.runs, keys.tenant_list(tenant)
        index = {"index": keys.BY_TENANT, "index_keys": keys.BY_TENANT_KEYS}
        page = table.query(at, **index, limit=PER_PAGE, start_key=start)  # type: ignore[arg-type]  # as named
        return [thing for item in page.items if (thing := self._thing(item["pk"]))], page.next_key

    def _thing(self, pk: str) -> Thing | None:
        head = self.tables.runs.get(pk, keys.RUN, consistent=True)
        if head is None or head["status"] in _OPEN:
            return None
        return Thing(str(head["id"]), head, items_of(self.tables.runs, pk, but=_LEFT_OUT))

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:  # noqa: ARG002
        """Also one whose records a cleanup has removed."""
        there = self.tables.runs.get(head["pk"], keys.RUN, consistent=True)
        return there is None or (REMOVED in there and REMOVED not in head)

    def put_items(self, tenant: str, items: list[Item]) -> None:  # noqa: ARG002
        """What is there is not touched: a hash in a receipt is of the record as it stands."""
        for item in items:
            try:
                self.tables.runs.put(item, when=Attr("pk").not_exists())
            except ConditionFailed:
                continue

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:  # noqa: ARG002
        table = self.tables.runs
        raise_counter(table, tenant, "run", head["id"])
        try:
            table.put(head, when=Attr("pk").not_exists() | Attr(REMOVED).exists())
        except ConditionFailed:
            return False
        return True


def objects_of(items: Iterable[Item]) -> list[str]:
    """Large outputs, lists that were gone over, and receipts' entries, by the names they have in the bucket."""
    names = []
    for item in items:
        if stored := item.get("stored_output"):
            names.append(f"{RESULTS}/{stored['sha256']}")
        if pages := item.get("items"):
            names += [f"{RESULTS}/{page['sha256']}" for page in pages.get("pages", [])]
        if item["entity"] == "receipt":
            names.append(item["name"])
    return names
