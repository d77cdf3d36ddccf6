"""Schedules and their fires in DynamoDB; what changes together is one transaction, with its event."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from docchain.clock import now
from docchain.events.models import Event
from docchain.schedules import keys
from docchain.schedules.counting import counting
from docchain.schedules.errors import ScheduleNotFound, TooManySchedules
from docchain.schedules.facts import settled_event
from docchain.schedules.items import answer_item, fire_item, history_end, schedule_item
from docchain.schedules.models import (
    FREQUENT_MOST,
    SCHEDULES_MOST,
    Fire,
    FireState,
    Schedule,
    ScheduleStatus,
)
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table

_LOOKED_AT_ONCE: Final = 1_000
_PAGE_BYTES_MOST: Final = 2_000_000
"""A Lambda answers 6 MB, in which a schedule's quotation marks are escaped."""
_PLACE_IN_LIST: Final = ("pk", "sk", *keys.BY_TENANT_KEYS)
_OF_ORDER: Final = ("entity", "tenant_id", "schedule_id", "id", "sequence")


@dataclass(frozen=True)
class ScheduleRepository:
    table: Table = field(repr=False)

    def read(self, tenant_id: str, schedule_id: str) -> Schedule:
        item = self.table.get(*keys.schedule(tenant_id, schedule_id), consistent=True)
        if item is None:
            raise ScheduleNotFound(schedule_id)
        return Schedule.model_validate(item)

    def look_up(self, tenant_id: str, schedule_id: str) -> tuple[Schedule | None, bool]:
        """The schedule, and whether the tenant's scheduler is stopped, in one read."""
        at, service = keys.schedule(tenant_id, schedule_id), keys.service(tenant_id)
        found = self.table.get_many([at, service], consistent=True)
        schedule = Schedule.model_validate(found[at]) if at in found else None
        return schedule, bool(found.get(service, {}).get("stopped"))

    def is_stopped(self, tenant_id: str) -> bool:
        item = self.table.get(*keys.service(tenant_id), consistent=True)
        return bool(item and item.get("stopped"))

    def read_fire(self, tenant_id: str, schedule_id: str, fire_id: str) -> tuple[Schedule | None, Fire | None]:
        at, at_fire = keys.schedule(tenant_id, schedule_id), keys.fire(tenant_id, schedule_id, fire_id)
        found = self.table.get_many([at, at_fire], consistent=True)
        schedule = Schedule.model_validate(found[at]) if at in found else None
        return schedule, Fire.model_validate(found[at_fire]) if at_fire in found else None

    def read_queue(self, tenant_id: str, schedule: Schedule) -> list[Fire]:
        found = self.table.get_many(
            [keys.fire(tenant_id, schedule.id, fire_id) for fire_id in schedule.queued_fires], consistent=True
        )
        fires = [Fire.model_validate(item) for item in found.values()]
        return [fire for fire in fires if fire.state == FireState.QUEUED]

    def read_page(
        self,
        tenant_id: str,
        *,
        status: ScheduleStatus | None,
        kind: str | None,
        limit: int,
        start_key: Item | None,
    ) -> tuple[list[Schedule], Item | None]:
        """Newest first, and where the next page begins. A tenant has a thousand at most: one look sees them all.

        A page ends early when more of it would not fit into an answer.
        """
        found: list[Schedule] = []
        size = 0
        some = _LOOKED_AT_ONCE if status or kind else limit
        start = start_key
        while True:
            page = self.table.query(
                keys.tenant_list(tenant_id),
                index=keys.BY_TENANT,
                index_keys=keys.BY_TENANT_KEYS,
                limit=some,
                start_key=start,
                forward=False,
            )
            for item in page.items:
                if status in (None, item["status"]) and kind in (None, item["definition"]["type"]):
                    found.append(Schedule.model_validate(item))
                    size += len(json.dumps(item["definition"]))
                    if len(found) == limit or size >= _PAGE_BYTES_MOST:
                        return found, _place_in_list(item)
            start = page.next_key
            if start is None:
                return found, None

    def read_history(self, tenant_id: str, schedule_id: str, *, limit: int, start_key: Item | None) -> Page:
        """Newest first."""
        pk, _ = keys.schedule(tenant_id, schedule_id)
        return self.table.query(pk, prefix=keys.FIRE_PREFIX, limit=limit, start_key=start_key, forward=False)

    def read_due(self, shard: str, until: str, limit: int) -> list[Item]:
        """Keys of schedules and fires that nobody looked after in time, the oldest first. Across tenants."""
        found: list[Item] = []
        start: Item | None = None
        while len(found) < limit:
            page = self.table.query(
                shard,
                index=keys.DUE,
                index_keys=keys.DUE_KEYS,
                between=("0", until),
                limit=limit - len(found),
                start_key=start,
            )
            # Some are large, and a page of theirs ends early; no more is kept of them than an order says.
            found += [{name: item[name] for name in _OF_ORDER if name in item} for item in page.items]
            start = page.next_key
            if start is None:
                break
        return found

    # Changes -----------------------------------------------------------------------------------------------------

    def create(self, tenant_id: str, new: Schedule, event: Event, key: IdempotencyKey | None) -> None:
        """Raises ``TooManySchedules``; ``ConditionFailed`` when the key was used meanwhile."""
        actions = [
            self.table.putting(schedule_item(tenant_id, new), when=Attr("pk").not_exists()),
            self._admitting(tenant_id, new),
            *counting(self.table, tenant_id, new.id, None, new),
            self.table.putting(event_item(event)),
            *([key.recording(self.table, answer_item(new))] if key else []),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if 1 in error.failed:
                raise TooManySchedules(_limit_reached(new)) from None
            raise

    def move(
        self,
        tenant_id: str,
        before: Schedule,
        after: Schedule,
        events: Sequence[Event],
        fires: Sequence[Action] = (),
        **counted: int,
    ) -> Schedule:
        """The schedule as it is then. ``ConditionFailed`` names 0 when it changed meanwhile, else a fire's position.

        Raises ``TooManySchedules`` for one more with an interval of seconds.
        """
        moved = after.model_copy(update={"revision": before.revision + 1})
        actions = [
            self.table.putting(schedule_item(tenant_id, moved), when=Attr("revision").eq(before.revision)),
            *fires,
            *self._readmitting(tenant_id, before, moved),
            *counting(self.table, tenant_id, before.id, before, moved, **counted),
            *(self.table.putting(event_item(event)) for event in events),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if 0 not in error.failed and 1 + len(fires) in error.failed:
                raise TooManySchedules(_limit_reached(moved)) from None
            raise
        return moved

    def delete(self, tenant_id: str, before: Schedule, event: Event, waiting: Sequence[Fire] = ()) -> None:
        """Its history stays for as long as history does. ``waiting`` stood in its queue, and end with it."""
        ended = [_with_its_schedule(fire) for fire in waiting]
        pk, sk = keys.schedule(tenant_id, before.id)
        less: dict[str, int | float] = {"value": -1, **({"frequent": -1} if before.is_frequent else {})}
        self.table.transact(
            [
                self.table.deleting(pk, sk, when=Attr("revision").eq(before.revision)),
                self.table.updating(*keys.count(tenant_id), add=less),
                *counting(self.table, tenant_id, before.id, before, None, failed_runs=len(ended)),
                *(self.change_fire(tenant_id, *pair) for pair in zip(waiting, ended, strict=True)),
                *(self.table.putting(event_item(settled_event(tenant_id, before.id, fire))) for fire in ended),
                self.table.putting(event_item(event)),
            ]
        )

    def put_fire(self, tenant_id: str, fire: Fire) -> Action:
        """A new one: each moment is claimed once."""
        return self.table.putting(fire_item(tenant_id, fire), when=Attr("pk").not_exists())

    def change_fire(self, tenant_id: str, before: Fire, after: Fire) -> Action:
        """By whoever saw it last."""
        unchanged = Attr("state").eq(before.state.value) & Attr("attempts").eq(before.attempts)
        return self.table.putting(fire_item(tenant_id, after), when=unchanged)

    def linking(self, tenant_id: str, fire: Fire, kind: str, identifier: object) -> Action:
        pk, sk = keys.started(tenant_id, kind, identifier)
        link = {"schedule_id": fire.schedule_id, "fire_id": fire.id, "expires_at": history_end()}
        return self.table.putting({"pk": pk, "sk": sk, "entity": "started", **link})

    def find_started(self, tenant_id: str, kind: str, identifier: object) -> tuple[str, str] | None:
        """Schedule and fire that a run or a task was started for."""
        item = self.table.get(*keys.started(tenant_id, kind, identifier), consistent=True)
        return (item["schedule_id"], item["fire_id"]) if item else None

    def switch(self, tenant_id: str, *, stopped: bool, event: Event) -> None:
        pk, sk = keys.service(tenant_id)
        item = {"pk": pk, "sk": sk, "entity": "scheduler", "stopped": stopped, "changed_at": now()}
        self.table.transact([self.table.putting(item), self.table.putting(event_item(event))])

    def _admitting(self, tenant_id: str, new: Schedule) -> Action:
        free = Attr("value").not_exists() | Attr("value").lt(SCHEDULES_MOST)
        added: dict[str, int | float] = {"value": 1}
        if new.is_frequent:
            added["frequent"] = 1
            free = free & (Attr("frequent").not_exists() | Attr("frequent").lt(FREQUENT_MOST))
        return self.table.updating(*keys.count(tenant_id), add=added, set_={"entity": "counter"}, when=free)

    def _readmitting(self, tenant_id: str, before: Schedule, after: Schedule) -> list[Action]:
        if before.is_frequent == after.is_frequent:
            return []
        free = Attr("frequent").not_exists() | Attr("frequent").lt(FREQUENT_MOST) if after.is_frequent else None
        change = 1 if after.is_frequent else -1
        return [self.table.updating(*keys.count(tenant_id), add={"frequent": change}, when=free)]


def _with_its_schedule(fire: Fire) -> Fire:
    error = {"code": "SCHEDULE_DELETED", "message": "The schedule was deleted."}
    return fire.model_copy(update={"state": FireState.CANCELLED, "finished_at": now(), "error": error})


def _place_in_list(item: Item) -> Item:
    return {name: item[name] for name in _PLACE_IN_LIST}


def _limit_reached(new: Schedule) -> str:
    if new.is_frequent:
        return (
            f"A tenant has at most {SCHEDULES_MOST} schedules, {FREQUENT_MOST} of them with an interval of less than "
            "a minute."
        )
    return f"A tenant has at most {SCHEDULES_MOST} schedules; delete one first."
