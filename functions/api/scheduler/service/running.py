"""A run by hand, and the switch of the whole service."""

from datetime import UTC, datetime
from typing import Final

from docchain.auth.caller import Caller
from docchain.clock import to_iso
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.schedules import facts
from docchain.schedules.errors import IllegalScheduleStatus, ScheduleChanged, SchedulerStopped, TooManyRunning
from docchain.schedules.facts import fired_event, schedule_event
from docchain.schedules.models import OPEN_MOST, Fire, FireState, Schedule, ScheduleStatus
from docchain.schedules.orders import Order, Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.rights import require_scopes
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey

_ATTEMPTS: Final = 5


def run_now(
    schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str, key: IdempotencyKey | None
) -> tuple[ScheduleStatus, str]:
    """The schedule's status and the fire: one more, whatever its policies say, which its ``max_runs`` do not count."""
    table = schedules.table
    for _ in range(_ATTEMPTS):
        if key and (earlier := key.earlier_answer(table)):
            return earlier["status"], earlier["fire_id"]
        before, stopped = schedules.look_up(caller.tenant_id, schedule_id)
        if before is None:
            before = schedules.read(caller.tenant_id, schedule_id)
        if stopped:
            raise SchedulerStopped
        if before.status == ScheduleStatus.CANCELLED:
            raise IllegalScheduleStatus(before.id, before.status, "run")
        require_scopes(caller, before.definition.target)
        if len(before.open_fires) >= OPEN_MOST:
            raise TooManyRunning(before.id, OPEN_MOST)
        fire = _manual_fire(before, caller)
        now = {"manual_runs": before.manual_runs + 1, "last_run": fire.claimed_at, "updated_at": fire.claimed_at}
        done = fire.state == FireState.SUCCEEDED
        moved = (
            {"successful_runs": before.successful_runs + 1} if done else {"open_fires": [*before.open_fires, fire.id]}
        )
        after = before.model_copy(update={**now, **moved})
        records = [schedules.put_fire(caller.tenant_id, fire)]
        records += [key.recording(table, {"status": before.status, "fire_id": fire.id})] if key else []
        # That it fired is one of thousands, which the audit does not keep; that somebody asked for it is a deed.
        asked = schedule_event(caller.tenant_id, facts.RUN_REQUESTED, after, caller.username, fire_id=fire.id)
        events = [asked, fired_event(caller.tenant_id, after, fire)]
        counted = {"total_runs": 1, "successful_runs" if done else "running": 1}
        try:
            schedules.move(caller.tenant_id, before, after, events, records, **counted)
        except ConditionFailed:
            continue
        if not done:
            order = Order(tenant_id=caller.tenant_id, schedule_id=schedule_id, fire_id=fire.id)
            orders.send(order, seconds=0)
        return after.status, fire.id
    raise ScheduleChanged(schedule_id)


def switch(schedules: ScheduleRepository, caller: Caller, *, stopped: bool) -> None:
    kind = facts.STOPPED if stopped else facts.STARTED
    event = Event(type=kind, tenant_id=caller.tenant_id, subject="scheduler", actor=caller.username)
    schedules.switch(caller.tenant_id, stopped=stopped, event=event)


def _manual_fire(schedule: Schedule, caller: Caller) -> Fire:
    moment = to_iso(datetime.now(UTC))
    done = schedule.definition.target is None
    return Fire(
        id=f"{moment}~{new_ulid()}",
        schedule_id=schedule.id,
        user_id=schedule.user_id,
        trigger="manual",
        state=FireState.SUCCEEDED if done else FireState.CLAIMED,
        fire_at=moment,
        due_at=moment,
        claimed_at=moment,
        started_at=moment if done else None,
        finished_at=moment if done else None,
        actor=caller.username,
        asker_id=caller.user_id,
    )
