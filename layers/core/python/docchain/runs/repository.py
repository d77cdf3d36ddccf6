"""Runs in DynamoDB: started, ended, resumed, each with its event in the same transaction."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docchain.clock import epoch, now
from docchain.runs import keys
from docchain.runs.doubts import DoubtRepository
from docchain.runs.errors import RunHasEnded, RunNotFound, RunNotResumable
from docchain.runs.events import run_event_item
from docchain.runs.models import OPEN, RESUMABLE, NodeRecord, Run, RunStatus
from docchain.storage.conditions import Attr
from docchain.storage.counters import next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.table import Action, Page, Table

# First look of the sweeper at a run; each later look waits twice as long, to a cap.
FIRST_CHECK_SECONDS = 60
# Step Functions is first to end an execution whose time is over.
TIMEOUT_GRACE_SECONDS = 10
QUEUED = "queued"
RECORDS_MOST = 20_000


@dataclass(frozen=True)
class RunRepository:
    table: Table

    @property
    def doubts(self) -> DoubtRepository:
        return DoubtRepository(self.table)

    def next_id(self, tenant_id: str) -> int:
        return next_number(self.table, tenant_id, "run")

    def create(
        self, tenant_id: str, run: Run, key: IdempotencyKey | None = None, beside: Sequence[Action] = ()
    ) -> None:
        actions = [*self.creating(tenant_id, run), *beside]
        if key:
            actions.append(key.recording(self.table, {"run_id": run.id}))
        self.table.transact(actions)

    def creating(self, tenant_id: str, run: Run) -> list[Action]:
        """The run and its event. One that is queued is not among those whose execution must be alive."""
        pk = keys.partition(tenant_id, run.id)
        item = {
            "pk": pk,
            "sk": keys.RUN,
            "entity": "run",
            "tenant_id": tenant_id,
            "gsi_pk": keys.workflow_list(tenant_id, run.workflow_id),
            "gsi_sk": f"{run.id:012d}",
            "tenant_pk": keys.tenant_list(tenant_id),
            "started_sk": keys.started_key(run.started_at, run.id),
            **(_queued(tenant_id, run.id) if run.status == RunStatus.QUEUED else _open(first_look(run))),
            **run.model_dump(mode="json"),
        }
        event = run_event_item(
            tenant_id,
            run.id,
            run.workflow_id,
            "run.queued" if run.status == RunStatus.QUEUED else "run.started",
            actor=run.started_by,
            version=run.version,
            **({"replay_of": run.replay_of.run_id} if run.replay_of else {}),
        )
        return [self.table.putting(item, when=Attr("pk").not_exists()), self.table.putting(event)]

    def read(self, tenant_id: str, run_id: int, *, consistent: bool = False) -> Run:
        item = self.table.get(keys.partition(tenant_id, run_id), keys.RUN, consistent=consistent)
        if item is None:
            raise RunNotFound(run_id)
        return Run.model_validate(item)

    def read_page(
        self, tenant_id: str, workflow_id: int, *, limit: int, start_key: Item | None
    ) -> tuple[list[Run], Page]:
        """Newest first."""
        page = self.table.query(
            keys.workflow_list(tenant_id, workflow_id),
            index=keys.BY_WORKFLOW,
            index_keys=keys.BY_WORKFLOW_KEYS,
            limit=limit,
            start_key=start_key,
            forward=False,
        )
        return [Run.model_validate(i) for i in page.items], page

    def read_records(self, tenant_id: str, run_id: int) -> list[NodeRecord]:
        """One per node. Those of a foreach's items, which may be many, are jumped over: its own record sums them up."""
        pk = keys.partition(tenant_id, run_id)
        found: list[Item] = []
        start: Item | None = None
        while len(found) < RECORDS_MOST:
            page = self.table.query(pk, prefix=keys.NODE_PREFIX, start_key=start, consistent=True)
            found += [i for i in page.items if i.get("item") is None]
            if page.next_key is None:
                break
            last = page.items[-1]
            inside = last.get("item") is not None
            start = {"pk": pk, "sk": keys.after_items(last["key"])} if inside else page.next_key
        return [NodeRecord.model_validate(i) for i in found[:RECORDS_MOST]]

    def read_item_records(self, tenant_id: str, run_id: int, key: str) -> Iterator[NodeRecord]:
        """Of one node inside a foreach, by item, read page by page as they are asked for."""
        pk = keys.partition(tenant_id, run_id)
        start: Item | None = None
        while True:
            page = self.table.query(pk, prefix=keys.items_prefix(key), start_key=start, consistent=True)
            yield from (NodeRecord.model_validate(i) for i in page.items)
            if (start := page.next_key) is None:
                return

    def end(self, tenant_id: str, run: Run, status: RunStatus, *, actor: str | None = None, **changes: Any) -> bool:
        """``False`` when the run had ended before, or is in a newer generation: whoever was first is right."""
        event = run_event_item(
            tenant_id,
            run.id,
            run.workflow_id,
            f"run.{status.value}",
            actor=actor,
            status=status.value,
            started_at=run.started_at,
            **({"user_id": run.user_id} if run.user_id else {}),
            **{name: changes[name] for name in ("error", "cost_usd") if changes.get(name)},
        )
        ended_by = {"end_event_id": event["event"]["id"]}
        changed = {"status": status.value, "finished_at": now(), **ended_by, **changes}
        # Only a cancellation ends a run that never began.
        open_ = [s.value for s in OPEN] if status == RunStatus.CANCELLED else [RunStatus.RUNNING.value]
        goes = Attr("status").is_in(open_) & Attr("generation").eq(run.generation)
        pk = keys.partition(tenant_id, run.id)
        try:
            self.table.transact(
                [
                    self.table.updating(pk, keys.RUN, set_=changed, remove=keys.OPEN_RUNS_KEYS, when=goes),
                    self.table.putting(event),
                ]
            )
        except ConditionFailed:
            return False
        return True

    def cancel(self, tenant_id: str, run: Run, actor: str, reason: str | None) -> Run:
        error = {"code": "CANCELLED", "message": reason or f"Cancelled by {actor}."}
        if not self.end(tenant_id, run, RunStatus.CANCELLED, actor=actor, error=error):
            raise RunHasEnded(run.id, self.read(tenant_id, run.id, consistent=True).status)
        return self.read(tenant_id, run.id, consistent=True)

    def begin_resume(self, tenant_id: str, run: Run, actor: str, **told: Any) -> Run:
        """The next generation. Raises ``RunNotResumable`` when somebody else was faster."""
        changed = {"status": RunStatus.RUNNING.value, "generation": run.generation + 1, "launched_at": now()}
        changed |= {**_open(first_look(run)), **run.model_dump(mode="json", include={"budget_usd", "limits"})}
        event = run_event_item(
            tenant_id, run.id, run.workflow_id, "run.resumed", actor=actor, generation=run.generation + 1, **told
        )
        resumable = Attr("status").is_in([s.value for s in RESUMABLE]) & Attr("generation").eq(run.generation)
        resumable = resumable & Attr("compensated_at").not_exists()
        pk = keys.partition(tenant_id, run.id)
        try:
            self.table.transact(
                [
                    self.table.updating(pk, keys.RUN, set_=changed, remove=("finished_at", "error"), when=resumable),
                    self.table.putting(event),
                ]
            )
        except ConditionFailed:
            raise RunNotResumable(run.id, self.read(tenant_id, run.id).status) from None
        return self.read(tenant_id, run.id, consistent=True)

    def move(self, tenant_id: str, run: Run, state_machine_arn: str) -> bool:
        """To another machine, on which it has yet to start. ``False`` when it ended or was resumed meanwhile."""
        goes = Attr("status").eq(RunStatus.RUNNING.value) & Attr("generation").eq(run.generation)
        moved = {"state_machine_arn": state_machine_arn}
        try:
            self.table.update(keys.partition(tenant_id, run.id), keys.RUN, set_=moved, when=goes)
        except ConditionFailed:
            return False
        return True

    def read_queued(self, tenant_id: str, limit: int) -> list[Run]:
        """Oldest first; the index tells of a run a moment after it was written."""
        items = self._queued(f"{tenant_id}#", limit)
        return [Run.model_validate(i) for i in items]

    def tenants_queueing(self, limit: int) -> list[str]:
        """Of the oldest queued runs of the stage, for the sweep alone."""
        return list(dict.fromkeys(i["tenant_id"] for i in self._queued("", limit)))

    def begin_queued(self, tenant_id: str, run: Run) -> Run | None:
        """``None`` when it was cancelled, or begun by another."""
        begun = run.model_copy(update={"status": RunStatus.RUNNING, "started_at": now()})
        changed = begun.model_dump(mode="json", include={"status", "place", "started_at"})
        changed["started_sk"] = keys.started_key(begun.started_at, run.id)
        changed |= _open(first_look(begun))
        event = run_event_item(
            tenant_id, run.id, run.workflow_id, "run.started", actor=run.started_by, version=run.version
        )
        waits = Attr("status").eq(RunStatus.QUEUED.value)
        pk = keys.partition(tenant_id, run.id)
        try:
            self.table.transact(
                [self.table.updating(pk, keys.RUN, set_=changed, when=waits), self.table.putting(event)]
            )
        except ConditionFailed:
            return None
        return begun

    def _queued(self, prefix: str, limit: int) -> list[Item]:
        page = self.table.query(
            QUEUED, prefix=prefix, index=keys.OPEN_RUNS, index_keys=keys.OPEN_RUNS_KEYS, limit=limit
        )
        return page.items

    # The sweeper's view -----------------------------------------------------------------------------------------

    def read_due(self, limit: int) -> list[Item]:
        """Open runs whose next look is due, oldest first, of all tenants.

        As they are kept: the sweep reads each by itself, so that one that cannot be read is not the others' loss.
        """
        page = self.table.query(
            "open",
            index=keys.OPEN_RUNS,
            index_keys=keys.OPEN_RUNS_KEYS,
            limit=limit,
        )
        return [i for i in page.items if i["open_sk"] <= _sortable(epoch())]

    def read_open(self, most: int) -> dict[str, set[int]] | None:
        """Numbers of all runs that go or wait to go, by tenant; ``None`` when they are more than ``most``.

        For the housekeeping alone. A run that begins while this reads may be missing.
        """
        found: dict[str, set[int]] = {}
        count = 0
        for state in ("open", QUEUED):
            start: Item | None = None
            while True:
                page = self.table.query(
                    state, index=keys.OPEN_RUNS, index_keys=keys.OPEN_RUNS_KEYS, start_key=start, limit=1000
                )
                for item in page.items:
                    found.setdefault(item["tenant_id"], set()).add(item["id"])
                count += len(page.items)
                if count > most:
                    return None
                if (start := page.next_key) is None:
                    break
        return found

    def put_off(self, due: Item, seconds: int) -> None:
        """Of an item that may not be readable; one that was moved since it was read stays where it is."""
        try:
            again = {"open_sk": _sortable(epoch() + seconds)}
            self.table.update(due["pk"], due["sk"], set_=again, when=Attr("open_sk").eq(due["open_sk"]))
        except ConditionFailed:
            return

    def look_again_in(self, tenant_id: str, run: Run, seconds: int) -> None:
        try:
            self.table.update(
                keys.partition(tenant_id, run.id), keys.RUN, set_=_open(seconds), when=Attr("open_pk").exists()
            )
        except ConditionFailed:
            return  # it ended meanwhile


def first_look(run: Run) -> int:
    """Seconds; a run whose time is short is looked at when it is over."""
    return min(FIRST_CHECK_SECONDS, (run.timeout_seconds or FIRST_CHECK_SECONDS) + TIMEOUT_GRACE_SECONDS)


def _queued(tenant_id: str, run_id: int) -> Item:
    """In order of their numbers, tenant by tenant."""
    return {"open_pk": QUEUED, "open_sk": f"{tenant_id}#{run_id:012d}"}


def _open(in_seconds: int) -> Item:
    return {"open_pk": "open", "open_sk": _sortable(int(time.time()) + in_seconds)}


def _sortable(moment: int) -> str:
    return f"{moment:012d}"
