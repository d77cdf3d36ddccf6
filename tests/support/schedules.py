"""A worker of schedules by hand: what lies in its queue is handed to it, at the time that the test says it is."""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import boto3
import pytest

from docchain import aws
from docchain.clock import to_iso
from docchain.schedules.definition import Definition, timing_of
from docchain.schedules.facts import CREATED, schedule_event
from docchain.schedules.handing_over import Call
from docchain.schedules.models import Fire, Schedule
from docchain.schedules.orders import Order, Orders
from docchain.storage.table import Table
from functions.queues.schedule_fires.dependencies import World
from functions.queues.schedule_fires.run import look_after

CLOCKED = (
    "docchain.schedules.firing",
    "docchain.schedules.handing_over",
    "docchain.schedules.orders",
    "docchain.schedules.running",
    "docchain.schedules.starting",
    "docchain.schedules.webhooks",
    "functions.queues.schedule_fires.run",
    "functions.schedules.missed_fires.run",
    "functions.api.scheduler.service.making",
    "functions.api.scheduler.service.changing",
    "functions.api.scheduler.service.running",
    "functions.api.scheduler.service.upcoming",
)
CALLS_QUEUE = "calls"
NOW_AS_TEXT = ("docchain.schedules.settling", "docchain.schedules.running", "docchain.schedules.webhooks")


@dataclass
class Clock:
    """What the modules of schedules see as now; it stands still unless it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2027, 3, 1, 12, tzinfo=UTC))

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        clock = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return clock.at

        for name in CLOCKED:
            patch.setattr(importlib.import_module(name), "datetime", Moved)
        for name in NOW_AS_TEXT:
            patch.setattr(importlib.import_module(name), "now", lambda: to_iso(clock.at))
        patch.setattr("functions.queues.schedule_fires.run.time.sleep", clock.move)


@dataclass
class Waiting:
    """EventBridge Scheduler and SQS, as far as orders see them: both hand an order out when its time has come."""

    clock: Clock
    messages: list[tuple[datetime, int, str]] = field(default_factory=list)
    entries: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    coming: list[tuple[datetime, str]] = field(default_factory=list)
    """Heaps, both; an entry that was taken back is left in this one until its time."""
    sent: int = 0
    calls: list[Call] = field(default_factory=list)
    """In the queue of webhooks: made as soon as there is a ``caller``."""
    caller: Callable[[Call], None] | None = None

    class exceptions:  # as botocore spells it
        class ConflictException(Exception): ...

        class ResourceNotFoundException(Exception): ...

    def create_schedule(self, **asked: Any) -> None:
        name = asked["Name"]
        if name in self.entries:
            raise self.exceptions.ConflictException
        at = datetime.fromisoformat(asked["ScheduleExpression"][3:-1]).replace(tzinfo=UTC)
        self.entries[name] = (at, asked["Target"]["Input"])
        heappush(self.coming, (at, name))

    def delete_schedule(self, **asked: Any) -> None:
        if self.entries.pop(asked["Name"], None) is None:
            raise self.exceptions.ResourceNotFoundException

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0, **asked: Any) -> None:
        if QueueUrl == CALLS_QUEUE:
            self.calls.append(Call.model_validate_json(MessageBody))
            assert asked == {"MessageGroupId": self.calls[-1].tenant_id}
            return
        self.put(self.clock.at + timedelta(seconds=DelaySeconds), MessageBody)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        for entry in Entries:
            self.send_message(QueueUrl=QueueUrl, MessageBody=entry["MessageBody"])
        return {}

    def put(self, at: datetime, body: str) -> None:
        self.sent += 1
        heappush(self.messages, (at, self.sent, body))

    def orders(self) -> Orders:
        return Orders(self, self, "queue", "queue-arn", "dead", "group", "role")  # type: ignore[arg-type]

    def make_calls(self) -> None:
        while self.caller is not None and self.calls:
            self.caller(self.calls.pop(0))

    def next_time(self) -> datetime | None:
        self._forget_taken_back()
        times = [heap[0][0] for heap in (self.messages, self.coming) if heap]
        return min(times, default=None)

    def take_due(self) -> list[Order]:
        """What is handed out now, the earliest first; an entry's order goes into the queue."""
        self._forget_taken_back()
        while self.coming and self.coming[0][0] <= self.clock.at:
            at, name = heappop(self.coming)
            self.put(at, self.entries.pop(name)[1])
            self._forget_taken_back()
        due = []
        while self.messages and self.messages[0][0] <= self.clock.at:
            due.append(Order.model_validate(json.loads(heappop(self.messages)[2])))
        return due

    def _forget_taken_back(self) -> None:
        while self.coming and self.entries.get(self.coming[0][1], (None,))[0] != self.coming[0][0]:
            heappop(self.coming)


def work_until(world: World, waiting: Waiting, end: datetime) -> int:
    """Hands out orders as their times come. How many there were."""
    done = 0
    while (following := waiting.next_time()) is not None and following <= end:
        waiting.clock.at = max(waiting.clock.at, following)
        for order in waiting.take_due():
            look_after(order, world)
            waiting.make_calls()
            done += 1
    waiting.clock.at = max(waiting.clock.at, end)
    return done


def a_schedule(worker: World, waiting: Waiting, tenant: str, **fields: Any) -> Schedule:
    """As the API makes it, at the clock's time."""
    fields = {"name": "x", "type": "interval", "interval_seconds": 600, **fields}
    if fields["type"] != "interval":
        del fields["interval_seconds"]
    definition = Definition.model_validate(fields)
    now, schedule_id = waiting.clock.at, f"s-{tenant[-20:]}-{len(waiting.entries)}-{len(waiting.messages)}"
    timing = timing_of(definition, now, schedule_id)
    following = timing.next_after(now)
    assert following is not None
    new = Schedule(
        id=schedule_id,
        definition=definition,
        created_at=to_iso(now),
        updated_at=to_iso(now),
        created_by="ada",
        user_id=1,
        next_at=to_iso(following),
        due_at=to_iso(timing.due_at(following)),
    )
    worker.orders.arm(tenant, new.id, new.sequence, timing.due_at(following))
    worker.schedules.create(tenant, new, schedule_event(tenant, CREATED, new, "ada"), None)
    return new


def is_somebody(tenant: str, user_id: int, *roles: str, is_active: bool = True) -> None:
    """An account, as it is from now on."""
    name = f"{tenant}-{user_id}"
    user = {"id": user_id, "username": name, "email": f"{name}@example.com", "password_hash": "-", "roles": [*roles]}
    item = {"pk": f"{tenant}#users", "sk": f"{user_id:012d}", "entity": "user", "created_at": to_iso(datetime.now(UTC))}
    Table(aws.dynamodb(), "identity").put({**item, **user, "is_active": is_active})


def history(worker: World, tenant: str, schedule: Schedule) -> list[Fire]:
    """Oldest first."""
    page = worker.schedules.read_history(tenant, schedule.id, limit=1000, start_key=None)
    return [Fire.model_validate(item) for item in reversed(page.items)]


def states(worker: World, tenant: str, schedule: Schedule) -> list[str]:
    return [fire.state.value for fire in history(worker, tenant, schedule)]


def told(tenant: str) -> list[str]:
    """Types of all events in the tenant's outbox, in their order."""
    found = boto3.client("dynamodb").query(
        TableName="schedules",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{tenant}#outbox"}},
    )
    return [item["event"]["M"]["type"]["S"] for item in found["Items"]]
