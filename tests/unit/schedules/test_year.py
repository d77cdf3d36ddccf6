"""A year of a thousand schedules on a clock of its own: each moment is claimed once.

Workers die, and orders come twice or not at all.

The store keeps what DynamoDB would: items that are written when their conditions hold, all of a transaction or none.
Everything else is the product's own code.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import pytest

from docchain.clock import from_iso, to_iso
from docchain.events.models import Event
from docchain.schedules.definition import Definition, timing_of
from docchain.schedules.firing import Firing, is_due
from docchain.schedules.models import Fire, Schedule
from docchain.schedules.orders import Order
from docchain.storage.errors import ConditionFailed
from functions.schedules.missed_fires.run import GRACE
from tests.support.schedules import Clock, Waiting

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Madrid", "America/New_York", "Australia/Sydney", "Asia/Tokyo")
DEATHS = 0.02
LOST = 0.01
TWICE = 0.02
SCHEDULES = 1_000


class Killed(BaseException):
    """Where the process is, it is no more."""


@dataclass
class Store:
    """``ScheduleRepository`` as far as claims need it."""

    chance: random.Random
    schedules: dict[str, Schedule] = field(default_factory=dict)
    fires: dict[tuple[str, str], Fire] = field(default_factory=dict)
    due: list[tuple[datetime, str]] = field(default_factory=list)
    again: list[tuple[datetime, str]] = field(default_factory=list)

    def look_up(self, _tenant: str, schedule_id: str) -> tuple[Schedule | None, bool]:
        return self.schedules.get(schedule_id), False

    def keep(self, schedule: Schedule) -> None:
        self.schedules[schedule.id] = schedule
        if schedule.due_at is not None:
            heappush(self.due, (from_iso(schedule.due_at), schedule.id))

    def put_fire(self, _tenant: str, fire: Fire) -> Fire:
        return fire

    def move(
        self, _tenant: str, before: Schedule, after: Schedule, _events: Sequence[Event], fires: Sequence[Any], **_: int
    ) -> Schedule:
        die(self.chance, "before the write")
        taken = [n for n, fire in enumerate(fires, 1) if (fire.schedule_id, fire.id) in self.fires]
        stale = self.schedules[before.id].revision != before.revision
        if stale or taken:
            raise ConditionFailed([*([0] if stale else []), *taken])
        moved = after.model_copy(update={"revision": before.revision + 1})
        self.keep(moved)
        self.fires |= {(fire.schedule_id, fire.id): fire for fire in fires}
        die(self.chance, "after the write")
        return moved


def die(chance: random.Random, _where: str) -> None:
    if chance.random() < DEATHS:
        raise Killed


@dataclass
class Unreliable(Waiting):
    """Hands some orders out twice, loses some, and gives back what a dead worker held."""

    chance: random.Random = field(default_factory=random.Random)
    redelivered: timedelta = timedelta(seconds=180)

    def send_message(self, *, MessageBody: str, DelaySeconds: int = 0, **named: Any) -> None:
        die(self.chance, "before the message")
        copies = 0 if self.chance.random() < LOST else 2 if self.chance.random() < TWICE else 1
        for _ in range(copies):
            super().send_message(MessageBody=MessageBody, DelaySeconds=DelaySeconds, **named)
        die(self.chance, "after the message")

    def create_schedule(self, **asked: Any) -> None:
        die(self.chance, "before the entry")
        if self.chance.random() >= LOST:
            super().create_schedule(**asked)
        die(self.chance, "after the entry")

    def give_back(self, order: Order) -> None:
        self.put(self.clock.at + self.redelivered, order.model_dump_json())


def a_definition(chance: random.Random, number: int) -> Definition:
    """Some every few hours, most once a day, a week or a month; none so often that the year takes all day."""
    zone = chance.choice(ZONES)
    hour, minute = chance.randint(0, 23), chance.randint(0, 59)
    match number % 6:
        case 0:
            hours = chance.randint(60, 200)
            fields: dict[str, Any] = {"type": "interval", "interval_seconds": hours * 3600 + chance.randint(0, 59)}
        case 1:
            fields = {"type": "cron", "cron_expression": f"{minute} {hour} * * {chance.choice(['MON', '1,4', '5L'])}"}
        case 2 if number % 12 == 2:
            fields = {"type": "daily", "hour": chance.choice([1, 2, 2, 3]), "minute": minute}
        case 3:
            fields = {"type": "weekly", "day_of_week": chance.randint(0, 6), "hour": hour, "minute": minute}
        case 2 | 4:
            fields = {"type": "monthly", "day_of_month": chance.choice([1, 15, 29, 31]), "hour": hour, "minute": minute}
        case _:
            day = BEGIN + timedelta(seconds=chance.randint(60, 364 * 86_400))
            fields = {"type": "once", "run_at": to_iso(day.replace(microsecond=0))}
    jitter = chance.choice([0, 0, 30, 600])
    common = {"name": "x", "timezone": zone, "jitter_seconds": jitter, "catch_up": "all"}
    return Definition.model_validate({**common, "catch_up_window_seconds": 86_400, **fields})


def a_world(seed: int) -> tuple[Store, Unreliable, Firing]:
    chance = random.Random(seed)
    store, waiting = Store(chance), Unreliable(Clock(BEGIN), chance=chance)
    firing = Firing(store, waiting.orders())  # type: ignore[arg-type]
    for number in range(SCHEDULES):
        definition = a_definition(chance, number)
        timing = timing_of(definition, BEGIN, str(number))
        following = timing.next_after(BEGIN)
        assert following is not None
        new = Schedule(
            id=str(number),
            definition=definition,
            created_at=to_iso(BEGIN),
            updated_at=to_iso(BEGIN),
            created_by="ada",
            user_id=1,
            next_at=to_iso(following),
            due_at=to_iso(timing.due_at(following)),
        )
        store.keep(new)
        try:
            firing.orders.arm("t", str(number), 1, timing.due_at(following))
        except Killed:
            continue  # the API's process died: the sweep has to find it
    return store, waiting, firing


def work(order: Order, store: Store, waiting: Unreliable, firing: Firing) -> None:
    """``look_after`` without its sleep: the clock here goes from order to order."""
    schedule, _ = store.look_up("t", order.schedule_id)
    assert schedule is not None
    if is_due(schedule, waiting.clock.at):
        firing.claim("t", schedule, stopped=False)
    elif schedule.due_at is not None and order.sequence >= schedule.sequence:
        due = from_iso(order.due_at or schedule.due_at)
        if due > waiting.clock.at:
            waiting.orders().send(order.model_copy(update={"due_at": to_iso(due)}))


@dataclass
class Sweep:
    """What the index of due schedules says: those that are overdue by more than the grace."""

    store: Store
    waiting: Unreliable

    def look(self) -> datetime:
        """When the next look has anything to see."""
        until, due = self.waiting.clock.at - GRACE, self.store.due
        while due and due[0][0] <= until:
            at, schedule_id = heappop(due)
            schedule = self.store.schedules[schedule_id]
            if schedule.due_at == to_iso(at):
                order = Order(tenant_id="t", schedule_id=schedule_id, sequence=schedule.sequence)
                self.waiting.put(self.waiting.clock.at, order.model_dump_json())
                heappush(self.store.again, (at, schedule_id))
        # Whatever came of the order, the index still says it until somebody claims the moment.
        for at, schedule_id in self.store.again:
            heappush(due, (at, schedule_id))
        self.store.again.clear()
        soonest = due[0][0] + GRACE if due else END
        return max(soonest, self.waiting.clock.at + timedelta(minutes=1))


@pytest.mark.slow
def test_a_year_of_a_thousand_schedules_has_each_moment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store, waiting, firing = a_world(seed=20_27)
    waiting.clock.install(monkeypatch)
    monkeypatch.setattr("docchain.schedules.firing.logger.info", lambda *_, **__: None)
    sweep = Sweep(store, waiting)
    killed = orders = 0
    look = BEGIN
    while waiting.clock.at < END:
        if waiting.clock.at >= look:
            look = sweep.look()
        for order in waiting.take_due():
            orders += 1
            try:
                work(order, store, waiting, firing)
            except Killed:
                killed += 1
                waiting.give_back(order)
        following = waiting.next_time()
        waiting.clock.at = max(min(look, following or END, END), waiting.clock.at + timedelta(milliseconds=1))

    claimed: dict[str, Counter[str]] = {schedule_id: Counter() for schedule_id in store.schedules}
    for fire in store.fires.values():
        assert fire.state == "succeeded", fire
        claimed[fire.schedule_id][fire.id] += 1
    total = 0
    for schedule in store.schedules.values():
        timing = timing_of(schedule.definition, BEGIN, schedule.id)
        expected = [m for m in timing.some_after(BEGIN, 500) if timing.due_at(m) < END - timedelta(minutes=10)]
        found = {m for m in claimed[schedule.id] if from_iso(m) <= (expected[-1] if expected else BEGIN)}
        assert found == {to_iso(m) for m in expected}
        assert schedule.run_count == len(claimed[schedule.id])
        total += len(expected)
    assert total > 50_000
    assert killed > 1_000
    late = [from_iso(f.claimed_at) - from_iso(f.due_at) for f in store.fires.values()]
    assert min(late) >= timedelta()
    assert max(late) < timedelta(minutes=10)
    # Six steps to each claim, at each of which a worker dies or an order is lost, one time in fifty to a hundred.
    assert sum(one < timedelta(seconds=2) for one in late) / len(late) > 0.85
    print(f"{total} moments, {orders} orders, {killed} deaths")
