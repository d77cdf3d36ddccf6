"""Forgetting a metric: its cards and totals go, and what its rollups hold is shown no more and goes by its age."""

from collections import Counter
from typing import Final

from docchain.events.models import Event
from docchain.metrics import keys
from docchain.metrics.errors import MetricNotFound
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

_AT_ONCE: Final = 90
_MOST: Final = keys.LANES * 100 + 100


def delete_metric(table: Table, tenant_id: str, name: str, actor: str) -> int:
    """How many series it had. One that dies in between leaves the rest to the next call; each card counts once.

    Raises ``MetricNotFound``.
    """
    items = table.query_all(keys.catalogue(tenant_id), prefix=f"{name}#", most=_MOST, consistent=True)
    cards = [item for item in items if item["entity"] == "series"]
    totals = [item for item in items if item["entity"] != "series"]
    # Totals go last: without their card nobody sees them.
    ordered = [*cards, *totals]
    for start in range(0, len(ordered), _AT_ONCE):
        _delete(table, tenant_id, name, ordered[start : start + _AT_ONCE], actor if cards and start == 0 else None)
    if not cards:
        raise MetricNotFound(name)
    return len(cards)


def _delete(table: Table, tenant_id: str, name: str, items: list[Item], actor: str | None) -> None:
    kinds = Counter(item["entity"] for item in items)
    actions = [
        table.deleting(i["pk"], i["sk"], when=Attr("pk").exists() if i["entity"] == "series" else None) for i in items
    ]
    if freed := kinds["series"]:
        heads = (keys.head_of_name(tenant_id, name), keys.head_of_tenant(tenant_id))
        actions += [table.updating(head.pk, head.sk, add={"series": -freed}) for head in heads]
    if actor:
        fact = Event(type="metric.deleted", tenant_id=tenant_id, subject=f"metrics/{name}", actor=actor)
        actions.append(table.putting(event_item(fact)))
    table.transact(actions)
