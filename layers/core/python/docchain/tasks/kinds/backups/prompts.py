"""Prompts that are kept, with their versions."""

from dataclasses import dataclass
from typing import Any, ClassVar

from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing, items_of, put_all

PER_PAGE = 25


@dataclass(frozen=True)
class Prompts:
    tables: Tables
    kind: ClassVar[str] = "prompt"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        table = self.tables.ai
        page = table.query(f"{tenant}#prompts", limit=PER_PAGE, start_key=start)
        things = [Thing(i["name"], i, items_of(table, f"{tenant}#prompt#{i['name']}")) for i in page.items]
        return things, page.next_key

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:  # noqa: ARG002
        return self.tables.ai.get(head["pk"], head["sk"], consistent=True) is None

    def put_items(self, tenant: str, items: list[Item]) -> None:  # noqa: ARG002
        put_all(self.tables.ai, items)

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:  # noqa: ARG002
        table = self.tables.ai
        counting = table.updating(f"{tenant}#prompts#count", "count", set_={"entity": "counter"}, add={"prompts": 1})
        try:
            table.transact([table.putting(head, when=Attr("pk").not_exists()), counting])
        except ConditionFailed:
            return False
        return True
