"""Whether a tenant's collection is on: what its administrators turn, and the list that the collector walks."""

from collections.abc import Iterator
from dataclasses import dataclass

from docchain.clock import now
from docchain.events.models import Event
from docchain.metrics.keys import Place
from docchain.metrics.rounds import Round
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

COLLECTING = "_system#metrics_collecting"


@dataclass(frozen=True)
class ServiceState:
    is_collecting: bool = False
    last_collection: str | None = None
    collection_errors: int = 0


def _place(tenant_id: str) -> Place:
    return Place(f"{tenant_id}#metrics_service", "service")


def read_state(table: Table, tenant_id: str) -> ServiceState:
    place = _place(tenant_id)
    item = table.get(place.pk, place.sk, consistent=True) or {}
    return ServiceState(
        bool(item.get("is_collecting")), item.get("last_collection"), int(item.get("collection_errors", 0))
    )


def start(table: Table, tenant_id: str, actor: str) -> bool:
    """``False`` when it was on already."""
    listed = {"pk": COLLECTING, "sk": tenant_id, "entity": "collecting"}
    fact = Event(type="metrics_collection.started", tenant_id=tenant_id, subject="metrics/service", actor=actor)
    return _turn(table, fact, "started_at", is_on=True, listing=table.putting(listed))


def stop(table: Table, tenant_id: str, actor: str) -> bool:
    """``False`` when it was off already."""
    fact = Event(type="metrics_collection.stopped", tenant_id=tenant_id, subject="metrics/service", actor=actor)
    return _turn(table, fact, "stopped_at", is_on=False, listing=table.deleting(COLLECTING, tenant_id))


def _turn(table: Table, fact: Event, noted: str, *, is_on: bool, listing: Action) -> bool:
    place = _place(fact.tenant_id)
    otherwise = Attr("is_collecting").not_exists() | Attr("is_collecting").eq(False)  # a value, no flag
    turned = table.updating(
        place.pk,
        place.sk,
        set_={"entity": "metrics_service", "is_collecting": is_on, noted: now()},
        when=otherwise if is_on else Attr("is_collecting").eq(True),
    )
    try:
        table.transact([turned, listing, table.putting(event_item(fact))])
    except ConditionFailed:
        return False
    return True


def each_collecting(table: Table) -> Iterator[str]:
    return (item["sk"] for page in Round(table, COLLECTING).pages() for item in page)


def stop_behind(table: Table, tenant_id: str) -> None:
    """The next walk begins with who comes after."""
    Round(table, COLLECTING).stop_behind(tenant_id)


def note_collection(table: Table, tenant_id: str, *, failed: bool) -> None:
    place = _place(tenant_id)
    set_ = {"entity": "metrics_service"} if failed else {"entity": "metrics_service", "last_collection": now()}
    add = {"collection_errors": 1} if failed else {"collections": 1}
    table.update(place.pk, place.sk, set_=set_, add=add)
