"""How many runs go at once: a place per run, for the tenant and for each workflow that has a limit.

Places are members of a set, so that taking or giving back the same one again changes nothing: no run is counted twice,
and none is lost when a process dies. They stand in the item that counts the tenant's runs, so that a run gets its
number and its place by one conditional write. Beside each place stands whose it is, by which one that was left behind
is found. A thousand places are some 30 KB.
"""

import secrets
from dataclasses import dataclass, field

from docchain.clock import now
from docchain.events.models import Event
from docchain.runs import keys
from docchain.runs.models import OPEN, Run
from docchain.storage.conditions import Attr, Condition
from docchain.storage.counters import counter_key, next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.expressions import NextOf
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

LIMIT_DEFAULT = 1_000
LIMIT_MOST = 5_000  # places of 30 bytes must fit into an item of 400 KB
KIND = "run"
_GENERATIONS_FREED = 5


@dataclass(frozen=True)
class Admission:
    """``place`` is empty for a run that must wait for one."""

    number: int
    place: str


@dataclass(frozen=True)
class Slots:
    table: Table = field(repr=False)

    def admit(self, tenant_id: str, workflow_id: int, limit: int | None) -> Admission:
        """The next run's number, with a place if there is one. One call, or two when there is none."""
        place = secrets.token_hex(4)
        added = _added(workflow_id, limit, _token(place, 0))
        try:
            item = self.table.update(
                *counter_key(tenant_id, KIND),
                set_={_owner(_token(place, 0)): NextOf("value"), "entity": "counter"},
                add={"value": 1, **added},
                when=_free(workflow_id, limit),
            )
        except ConditionFailed:
            return Admission(next_number(self.table, tenant_id, KIND), "")
        return Admission(int(item["value"]), place)

    def take(self, tenant_id: str, run: Run) -> str | None:
        """For a run that waits: its place, or ``None`` while there is none."""
        place = secrets.token_hex(4)
        token = _token(place, run.generation)
        try:
            self.table.update(
                *counter_key(tenant_id, KIND),
                set_={_owner(token): run.id},
                add=_added(run.workflow_id, run.concurrency_limit, token),
                when=_free(run.workflow_id, run.concurrency_limit),
            )
        except ConditionFailed:
            return None
        return place

    def keep(self, tenant_id: str, run: Run) -> None:
        """For a run that is resumed: whoever goes on is not made to wait."""
        if not run.place:
            return
        token = _token(run.place, run.generation)
        self.table.update(
            *counter_key(tenant_id, KIND),
            set_={_owner(token): run.id},
            add=_added(run.workflow_id, run.concurrency_limit, token),
        )

    def give_back(self, tenant_id: str, run: Run) -> None:
        """Of a run that has ended, or goes on under a newer generation: that one's place stays."""
        last = run.generation - 1 if run.status in OPEN else run.generation
        tokens = {_token(run.place, g) for g in range(max(0, last - _GENERATIONS_FREED), last + 1)}
        if run.place and tokens:
            self._discard(tenant_id, tokens, [_of_workflow(run.workflow_id)])

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
        changed = {"most": most, "entity": "counter", "updated_at": now()}
        pk, sk = counter_key(tenant_id, KIND)
        self.table.transact([self.table.updating(pk, sk, set_=changed), self.table.putting(event_item(event))])

    def free_lost(self, tenant_id: str) -> int:
        """Places of runs that have ended, or that nobody holds. The latter may be on their way to be held: they are
        freed when a second look, a minute later, finds them as they were.
        """
        item = self._read(tenant_id)
        owners = {token: item.get(_owner(token)) for token in item.get("places", ())}
        at = {(keys.partition(tenant_id, int(run_id)), keys.RUN) for run_id in owners.values() if run_id}
        found = {i["id"]: Run.model_validate(i) for i in self.table.get_many(at, consistent=True).values()}
        ended = {t for t, run_id in owners.items() if run_id in found and found[run_id].status not in OPEN}
        unheld = {t for t, run_id in owners.items() if t not in ended and not _holds(found.get(run_id), t)}
        lost = ended | (unheld & set(item.get("suspects", ())))
        if lost:
            self._discard(tenant_id, lost, [name for name in item if name.startswith("workflow_")])
        left = unheld - lost
        if left or item.get("suspects"):
            self.table.update(*counter_key(tenant_id, KIND), set_={"suspects": left or None})
        return len(lost)

    def _read(self, tenant_id: str) -> Item:
        return self.table.get(*counter_key(tenant_id, KIND), consistent=True) or {}

    def _discard(self, tenant_id: str, tokens: set[str], workflows: list[str]) -> None:
        self.table.update(
            *counter_key(tenant_id, KIND),
            discard=dict.fromkeys(["places", *workflows], tokens),
            remove=tuple(_owner(token) for token in sorted(tokens)),
        )


def _free(workflow_id: int, limit: int | None) -> Condition:
    standard = Attr("most").not_exists() & Attr("places").size().lt(LIMIT_DEFAULT)
    free = Attr("places").not_exists() | standard | Attr("places").size().lt(Attr("most"))
    if limit is None:
        return free
    own = Attr(_of_workflow(workflow_id))
    return free & (own.not_exists() | own.size().lt(limit))


def _added(workflow_id: int, limit: int | None, token: str) -> dict[str, set[str]]:
    added = {"places": {token}}
    return added if limit is None else {**added, _of_workflow(workflow_id): {token}}


def _holds(run: Run | None, token: str) -> bool:
    return run is not None and token == _token(run.place, run.generation)


def _of_workflow(workflow_id: int) -> str:
    return f"workflow_{workflow_id}"


def _token(place: str, generation: int) -> str:
    return f"{place}_{generation}"


def _owner(token: str) -> str:
    return f"of_{token}"
