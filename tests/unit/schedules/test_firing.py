"""What a worker does with an order: on time, late, twice, and when it dies in between."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain.schedules import keys
from docchain.schedules.facts import schedule_event
from docchain.schedules.models import ScheduleStatus
from docchain.schedules.orders import Order
from docchain.schedules.starting import Starting
from functions.queues.schedule_fires.dependencies import World
from functions.queues.schedule_fires.run import look_after
from functions.schedules.missed_fires import run as sweep
from tests.support.schedules import Waiting, a_schedule, history, states, told, work_until


def test_an_order_waits_in_eventbridge_then_in_the_queue_and_fires_to_the_second(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule = a_schedule(worker, waiting, tenant, type="cron", cron_expression="17 15 * * *")
    (name,) = waiting.entries
    assert name.startswith(schedule.id)
    assert waiting.entries[name][0] == datetime(2027, 3, 1, 15, 16, tzinfo=UTC)

    work_until(worker, waiting, datetime(2027, 3, 1, 16, tzinfo=UTC))

    (fire,) = history(worker, tenant, schedule)
    assert (fire.id, fire.claimed_at) == ("2027-03-01T15:17:00.000Z", "2027-03-01T15:17:00.000Z")
    after = worker.schedules.read(tenant, schedule.id)
    assert (after.run_count, after.next_at) == (1, "2027-03-02T15:17:00.000Z")
    assert told(tenant) == ["schedule.created", "schedule.fired"]
    assert len(waiting.entries) == 1


def test_every_five_seconds_is_a_chain_of_orders(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=5, max_runs=12)
    work_until(worker, waiting, waiting.clock.at + timedelta(minutes=5))
    fires = history(worker, tenant, schedule)
    assert [f.claimed_at for f in fires] == [f.due_at for f in fires]
    assert [int(f.fire_at[17:19]) for f in fires] == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 0]
    after = worker.schedules.read(tenant, schedule.id)
    assert (after.status, after.next_at, after.run_count) == ("completed", None, 12)
    assert (waiting.messages, waiting.entries) == ([], {})


def test_a_fire_is_three_calls_and_an_early_order_one(
    tenant: str, worker: World, waiting: Waiting, aws_calls: list[str]
) -> None:
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=600)
    order = Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1, due_at=schedule.due_at)
    aws_calls.clear()
    look_after(order, worker)
    assert aws_calls == []  # but for the message that sends it on
    waiting.clock.move(600)
    look_after(order, worker)
    assert aws_calls == ["BatchGetItem", "TransactWriteItems"]  # and the next one's entry


def test_an_order_that_comes_twice_fires_once(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule = a_schedule(worker, waiting, tenant)
    waiting.clock.move(600)
    order = Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1, due_at=schedule.due_at)
    for _ in range(3):
        look_after(order, worker)
    assert len(history(worker, tenant, schedule)) == 1
    assert worker.schedules.read(tenant, schedule.id).run_count == 1


def test_of_two_workers_that_read_the_same_one_claims(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule = a_schedule(worker, waiting, tenant)
    waiting.clock.move(600)
    first = worker.firing.claim(tenant, schedule, stopped=False)
    second = worker.firing.claim(tenant, schedule, stopped=False)
    assert (first is not None, second) == (True, None)
    assert len(history(worker, tenant, schedule)) == 1


def test_a_worker_that_dies_before_its_claim_leaves_the_moment_to_the_order_that_comes_again(
    tenant: str, worker: World, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = a_schedule(worker, waiting, tenant)
    waiting.clock.move(600)
    order = Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1, due_at=schedule.due_at)
    with monkeypatch.context() as patch:
        patch.setattr(type(worker.schedules), "move", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look_after(order, worker)
    assert history(worker, tenant, schedule) == []
    waiting.clock.move(60)
    look_after(order, worker)
    assert states(worker, tenant, schedule) == ["succeeded"]


def test_the_sweep_finds_a_schedule_whose_order_was_lost(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule = a_schedule(worker, waiting, tenant, type="cron", cron_expression="0 15 * * *", catch_up="skip")
    waiting.entries.clear()
    waiting.clock.at = datetime(2027, 3, 1, 15, 0, 45, tzinfo=UTC)
    sweep.run()
    assert [o.schedule_id for o in mine(waiting, tenant)] == [schedule.id]
    work_until(worker, waiting, waiting.clock.at)
    assert states(worker, tenant, schedule) == ["succeeded"]
    assert worker.schedules.read(tenant, schedule.id).next_at == "2027-03-02T15:00:00.000Z"


def test_the_sweep_finds_large_schedules_behind_each_other(tenant: str, worker: World, waiting: Waiting) -> None:
    """A page of the table ends at 1 MB, however many were asked for."""
    target = {"type": "webhook", "url": "https://example.com/hook", "secret": "s"}
    target["headers"] = {f"X-{n}": "y" * 8_000 for n in range(20)}  # type: ignore[assignment]
    made = {a_schedule(worker, waiting, tenant, type="cron", cron_expression="0 15 * * *", target=target).id}
    shard = next(iter(made))
    other = worker.schedules.read(tenant, shard)
    for n in range(400):
        if len(made) < 12 and keys.due_shard(f"{shard}-{n}") == keys.due_shard(shard):
            copy = other.model_copy(update={"id": f"{shard}-{n}"})
            worker.schedules.create(tenant, copy, schedule_event(tenant, "schedule.created", copy, "ada"), None)
            made.add(copy.id)
    waiting.clock.at = datetime(2027, 3, 1, 15, 0, 45, tzinfo=UTC)
    sweep.run()
    assert {order.schedule_id for order in mine(waiting, tenant)} >= made


def mine(waiting: Waiting, tenant: str) -> list[Order]:
    """Of the orders in the queue; the sweep sends those of other tests' tenants as well."""
    waiting.messages = [m for m in waiting.messages if json.loads(m[2])["tenant_id"] == tenant]
    return [Order.model_validate_json(body) for _, _, body in waiting.messages]


@pytest.mark.parametrize(
    ("policy", "fires", "missed", "next_at"),
    [
        ({"catch_up": "skip"}, [], 31, "15:10"),
        ({"catch_up": "one"}, ["15:00"], 30, "15:10"),
        ({"catch_up": "one", "catch_up_window_seconds": 60}, [], 31, "15:10"),
        ({"catch_up": "all", "catch_up_window_seconds": 1800}, ["14:40", "14:50", "15:00"], 28, "15:10"),
    ],
)
def test_what_was_missed_is_treated_by_policy(
    tenant: str, worker: World, waiting: Waiting, policy: Any, fires: list[str], missed: int, next_at: str
) -> None:
    """Nothing worked from noon of the day before until five past three."""
    waiting.clock.at = datetime(2027, 3, 1, 9, 59, tzinfo=UTC)
    schedule = a_schedule(worker, waiting, tenant, type="cron", cron_expression="*/10 * * * *", **policy)
    waiting.entries.clear()
    waiting.messages.clear()
    waiting.clock.at = datetime(2027, 3, 1, 15, 5, tzinfo=UTC)
    worker.orders.send(Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1))
    work_until(worker, waiting, waiting.clock.at)

    found = history(worker, tenant, schedule)
    assert [f.fire_at[11:16] for f in found if f.state == "succeeded"] == fires
    assert sum(f.count for f in found if f.state == "missed") == missed
    after = worker.schedules.read(tenant, schedule.id)
    assert ((after.next_at or "")[11:16], after.missed_runs, after.run_count) == (next_at, missed, len(fires))
    assert {f.trigger for f in found if f.state == "succeeded"} <= {"catch_up", "schedule"}


def test_while_the_service_is_stopped_nothing_fires_and_nothing_is_made_up_for(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60)
    event = schedule_event(tenant, "scheduler.stopped", schedule, "ada")
    worker.schedules.switch(tenant, stopped=True, event=event)
    work_until(worker, waiting, waiting.clock.at + timedelta(seconds=150))
    worker.schedules.switch(tenant, stopped=False, event=event.model_copy(update={"id": "other"}))
    work_until(worker, waiting, waiting.clock.at + timedelta(seconds=60))
    assert states(worker, tenant, schedule) == ["skipped", "skipped", "succeeded"]
    assert worker.schedules.read(tenant, schedule.id).run_count == 1


def test_an_order_of_what_is_paused_gone_or_not_yet_written_fires_nothing(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    look_after(Order(tenant_id=tenant, schedule_id="nobody", sequence=1), worker)
    assert work_until(worker, waiting, waiting.clock.at + timedelta(minutes=5)) == 5  # it may still be written
    schedule = a_schedule(worker, waiting, tenant)
    paused = schedule.model_copy(update={"status": ScheduleStatus.PAUSED, "due_at": None, "sequence": 2})
    worker.schedules.move(tenant, schedule, paused, [])
    waiting.clock.move(700)
    look_after(Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1), worker)
    assert history(worker, tenant, schedule) == []


def test_a_moment_that_was_claimed_before_a_change_is_not_claimed_again(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule = a_schedule(worker, waiting, tenant)
    waiting.clock.move(600)
    worker.firing.claim(tenant, schedule, stopped=False)
    moved = worker.schedules.read(tenant, schedule.id)
    again = moved.model_copy(update={"next_at": schedule.next_at, "due_at": schedule.due_at})
    again = worker.schedules.move(tenant, moved, again, [])
    worker.firing.claim(tenant, again, stopped=False)
    assert len(history(worker, tenant, schedule)) == 1
    assert worker.schedules.read(tenant, schedule.id).run_count == 1


def test_keys_lead_with_the_tenant_and_only_due_items_are_in_the_index(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule = a_schedule(worker, waiting, tenant)
    item = worker.schedules.table.get(*keys.schedule(tenant, schedule.id))
    assert item is not None
    assert item["pk"].startswith(f"{tenant}#")
    assert (item["due_pk"], item["due_sk"]) == (keys.due_shard(schedule.id), schedule.due_at)
    done = schedule.model_copy(update={"status": ScheduleStatus.COMPLETED, "due_at": None})
    worker.schedules.move(tenant, schedule, done, [])
    item = worker.schedules.table.get(*keys.schedule(tenant, schedule.id))
    assert item is not None
    assert "due_pk" not in item


def test_starting_is_left_alone_by_what_is_settled(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=600, max_runs=1)
    work_until(worker, waiting, waiting.clock.at + timedelta(hours=1))
    (fire,) = history(worker, tenant, schedule)
    starting: Starting = worker.starting
    starting.attend(tenant, schedule.id, fire.id)
    assert history(worker, tenant, schedule) == [fire]
