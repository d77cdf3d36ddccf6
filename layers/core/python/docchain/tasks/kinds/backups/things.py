"""What a backup is made of: things of some kinds, each with its items, and the item without which it does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from docchain.storage.conditions import Attr
from docchain.storage.counters import counter_key
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Table


@dataclass(frozen=True)
class Thing:
    """``head`` is put back last: a thing whose restoring was cut is missing still, and is restored again.

    ``contents`` are hashes in the content store, ``objects`` names beside it.
    """

    id: str
    head: Item
    items: Iterable[Item] = ()
    contents: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


class Ware(Protocol):
    """A kind of thing. ``page`` gives some things and the key behind which the next begin."""

    kind: ClassVar[str]

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]: ...

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool: ...

    def put_items(self, tenant: str, items: list[Item]) -> None: ...

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:
        """``False`` when it is there by now."""
        ...


def items_of(table: Table, pk: str, *, but: tuple[str, ...] = (), prefix: str = "") -> Iterable[Item]:
    """Of one partition, page by page; ``but`` are beginnings of sort keys that are left out."""
    start: Item | None = None
    while True:
        page = table.query(pk, prefix=prefix, start_key=start, consistent=True)
        yield from (item for item in page.items if not item["sk"].startswith(but or ("\0",)))
        if (start := page.next_key) is None:
            return


def raise_counter(table: Table, tenant: str, kind: str, number: int) -> None:
    """Numbers go on behind those that came back."""
    lower = Attr("value").not_exists() | Attr("value").lt(number)
    try:
        table.update(*counter_key(tenant, kind), set_={"value": number, "entity": "counter"}, when=lower)
    except ConditionFailed:
        return


def put_all(table: Table, items: list[Item]) -> None:
    """One by one: together they may be larger than a transaction."""
    for item in items:
        table.put(item)
