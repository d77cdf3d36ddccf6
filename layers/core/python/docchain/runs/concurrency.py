"""How many runs go at once: a place per run in a set, for the tenant and for each workflow that has a limit.

A set takes and gives the same place any number of times with the same result, so nothing is counted twice and nothing
is lost when a process dies: a place whose run has ended, or was never written, is found by whoever sweeps. All places
of a tenant are one item, taken by one conditional write; a thousand of them are some 9 KB.
"""

from dataclasses import dataclass, field

from docchain.clock import now
from docchain.events.models import Event
from docchain.runs import keys
from docchain.runs.models import OPEN, Run
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

LIMIT_DEFAULT = 1_000
LIMIT_MOST = 5_000  # places of 30 bytes must fit into an item of 400 KB
SLOTS = "slots"
_GENERATIONS_FREED = 5


@dataclass(frozen=True)
class Slots:
    table: Table = field(repr=False)

    def take(self, tenant_id: str, run: Run) -> bool:
        """``False`` when the tenant or the workflow has as many runs as it may. A place once taken is taken again."""
        place = _place(run.id, run.generation)
        free = _below_tenants_limit()
        added: dict[str, set[str]] = {"places": {place}}
        if run.concurrency_limit is not None:
            own = f"workflow_{run.workflow_id}"
            free = free & (Attr(own).not_exists() | Attr(own).size().lt(run.concurrency_limit))
            added[own] = {place}
        try:
            self.table.update(_pk(tenant_id), SLOTS, add=added, when=Attr("places").contains(place) | free)
        except ConditionFailed:
            return False
        return True

    def take_anyway(self, tenant_id: str, run: Run) -> None:
        """For one that goes on: whoever resumes it is not made to wait."""
        own = {} if run.concurrency_limit is None else {f"workflow_{run.workflow_id}": {_place(run.id, run.generation)}}
        self.table.update(_pk(tenant_id), SLOTS, add={"places": {_place(run.id, run.generation)}, **own})

    def give_back(self, tenant_id: str, run: Run) -> None:
        """Of a run that has ended, or goes on under a newer generation: that one's place stays."""
        last = run.generation - 1 if run.status in OPEN else run.generation
        places = {_place(run.id, g) for g in range(max(0, last - _GENERATIONS_FREED), last + 1)}
        if places:
            self._discard(tenant_id, {"places": places, f"workflow_{run.workflow_id}": places})

    def read_limit(self, tenant_id: str) -> int:
        return int((self._read(tenant_id)).get("most", LIMIT_DEFAULT))

    def standing(self, tenant_id: str) -> tuple[int, int]:
        """Runs that go now, and how many may."""
        item = self._read(tenant_id)
        return len(item.get("places", ())), int(item.get("most", LIMIT_DEFAULT))

    def set_limit(self, tenant_id: str, most: int, actor: str) -> None:
        event = Event(
            type="tenant.run_limit_changed",
            tenant_id=tenant_id,
            subject="tenant",
            actor=actor,
            data={"max_concurrent_runs": most},
        )
        changed = {"most": most, "updated_at": now()}
        self.table.transact(
            [self.table.updating(_pk(tenant_id), SLOTS, set_=changed), self.table.putting(event_item(event))]
        )

    def free_lost(self, tenant_id: str) -> int:
        """Places of runs that have ended or were never written. The latter may be on their way: they are freed when a
        second look, a minute later, finds them still missing.
        """
        item = self._read(tenant_id)
        places: list[str] = item.get("places", [])
        at = {(keys.partition(tenant_id, _run_of(p)), keys.RUN): p for p in places}
        found = self.table.get_many(at, consistent=True) if at else {}
        ended = {p for key, p in at.items() if key in found and not _holds(found[key], p)}
        missing = {p for key, p in at.items() if key not in found}
        lost = ended | (missing & set(item.get("suspects", ())))
        if lost:
            workflows = [name for name in item if name.startswith("workflow_")]
            self._discard(tenant_id, dict.fromkeys(["places", *workflows], lost))
        if missing or item.get("suspects"):
            self.table.update(_pk(tenant_id), SLOTS, set_={"suspects": missing or None})
        return len(lost)

    def _read(self, tenant_id: str) -> Item:
        return self.table.get(_pk(tenant_id), SLOTS, consistent=True) or {}

    def _discard(self, tenant_id: str, places: dict[str, set[str]]) -> None:
        self.table.update(_pk(tenant_id), SLOTS, discard=places)


def _below_tenants_limit() -> Condition:
    standard = Attr("most").not_exists() & Attr("places").size().lt(LIMIT_DEFAULT)
    return Attr("places").not_exists() | standard | Attr("places").size().lt(Attr("most"))


def _holds(item: Item, place: str) -> bool:
    return item["status"] in OPEN and place == _place(item["id"], item["generation"])


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#slots"


def _place(run_id: int, generation: int) -> str:
    return f"{run_id}.{generation}"


def _run_of(place: str) -> int:
    return int(place.split(".", maxsplit=1)[0])
