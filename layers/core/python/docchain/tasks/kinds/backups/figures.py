"""Figures and budgets: single items, each of which is put back where there is none."""

from dataclasses import dataclass
from typing import Any, ClassVar

from docchain.analytics.keys import tenant_figures, workflow_figures
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Table
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing
from docchain.workflows import keys

PER_PAGE = 200


@dataclass(frozen=True)
class Figures:
    """A thing for each item. The list of partitions is fixed, but for the figures of each workflow."""

    tables: Tables
    kind: ClassVar[str] = "figure"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        """``start`` is the partition's place in the list, its name, and the key to go on behind."""
        place = start or {"step": 0, "pk": tenant_figures(tenant), "key": None, "workflows": None}
        page = self._table(place["pk"], tenant).query(place["pk"], limit=PER_PAGE, start_key=place["key"])
        things = [Thing(f"{i['pk']}/{i['sk']}", i) for i in page.items]
        if page.next_key:
            return things, {**place, "key": page.next_key}
        return things, self._next(tenant, place)

    def _next(self, tenant: str, place: Item) -> Item | None:
        """Figures of all, spending, budgets, then the figures of each workflow, one after another."""
        fixed = [tenant_figures(tenant), f"{tenant}#spending", f"{tenant}#budgets"]
        step = place["step"] + 1
        if step < len(fixed):
            return {"step": step, "pk": fixed[step], "key": None, "workflows": None}
        found = self.tables.workflows.query(
            keys.tenant_list(tenant),
            index=keys.BY_TENANT,
            index_keys=keys.INDEX_KEYS,
            limit=1,
            start_key=place["workflows"],
        )
        if not found.items or (step > len(fixed) and place["workflows"] is None):
            return None
        pk = workflow_figures(tenant, found.items[0]["id"])
        return {"step": step, "pk": pk, "key": None, "workflows": found.next_key}

    def _table(self, pk: str, tenant: str) -> Table:
        return self.tables.workflows if pk == f"{tenant}#budgets" else self.tables.runs

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:
        return self._table(head["pk"], tenant).get(head["pk"], head["sk"], consistent=True) is None

    def put_items(self, tenant: str, items: list[Item]) -> None:
        """A figure is its head alone."""

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:  # noqa: ARG002
        try:
            self._table(head["pk"], tenant).put(head, when=Attr("pk").not_exists())
        except ConditionFailed:
            return False
        return True
