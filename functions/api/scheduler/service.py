"""Making, changing and moving schedules. Orders leave before what they are for is written: they are only hints."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from docchain.auth.caller import Caller
from docchain.clock import from_iso, to_iso
from docchain.errors import DocchainError, ValidationFailed, invalid
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.schedules import facts
from docchain.schedules.checking import Checker
from docchain.schedules.definition import METADATA_BYTES_MOST, Definition, ScheduleType, When, timing_of
from docchain.schedules.errors import IllegalScheduleStatus, NeverDue, ScheduleChanged, SchedulerStopped, TooManyRunning
from docchain.schedules.facts import fired_event, schedule_event
from docchain.schedules.models import OPEN_MOST, Fire, FireState, Schedule, ScheduleStatus
from docchain.schedules.orders import Order, Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.rights import require_scopes
from docchain.schedules.targets import told as told_target
from docchain.schedules.timing import Timing
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey

_ATTEMPTS: Final = 5
_OVER: Final = frozenset({ScheduleStatus.CANCELLED})


def create(
    schedules: ScheduleRepository,
    orders: Orders,
    checker: Checker,
    caller: Caller,
    kind: ScheduleType,
    body: BaseModel,
    key: IdempotencyKey | None,
) -> Schedule:
    if key and (earlier := key.earlier_answer(schedules.table)):
        return Schedule.model_validate(earlier)
    definition = _checked({**body.model_dump(exclude_none=True), "type": kind})
    checker.check(caller, definition.target)
    moment = datetime.now(UTC)
    schedule_id = str(uuid4())
    timing = timing_of(definition, moment, schedule_id)
    following = timing.next_after(moment)
    if following is None:
        raise NeverDue
    new = Schedule(
        id=schedule_id,
        definition=definition,
        created_at=to_iso(moment),
        updated_at=to_iso(moment),
        created_by=caller.username,
        user_id=caller.user_id,
        next_at=to_iso(following),
        due_at=to_iso(timing.due_at(following)),
    )
    orders.arm(caller.tenant_id, new.id, new.sequence, timing.due_at(following))
    event = schedule_event(caller.tenant_id, facts.CREATED, new, caller.username, **changed(None, _told(definition)))
    try:
        schedules.create(caller.tenant_id, new, event, key)
    except DocchainError as error:
        # Its entry would wait for a time that may be years away, and count for nobody.
        orders.disarm(new.id, new.due_at)
        # Two calls with one key at once: the other one's is the answer.
        if isinstance(error, ConditionFailed) and key and (earlier := key.earlier_answer(schedules.table)):
            return Schedule.model_validate(earlier)
        raise
    return new


def change(
    schedules: ScheduleRepository,
    orders: Orders,
    checker: Checker,
    caller: Caller,
    schedule_id: str,
    asked: dict[str, Any],
) -> Schedule:
    """Due from now on by what it says then; what is at work stays. One that was over is active again.

    A change of anything but its times leaves the next one as it is: it may be due already, and not claimed yet.
    """

    def changing(before: Schedule) -> tuple[Schedule, str, dict[str, Any]]:
        if before.status in _OVER:
            raise IllegalScheduleStatus(before.id, before.status, "changed")
        definition = _checked({**before.definition.model_dump(mode="json"), **asked})
        checker.check(caller, definition.target)
        told = changed(_told(before.definition), _told(definition))
        # Nobody says what is done in somebody else's name.
        name = {"user_id": caller.user_id, "in_name_of": caller.username} if "target" in asked else {}
        after = before.model_copy(update={"definition": definition, "error": None, **name})
        paused = before.status == ScheduleStatus.PAUSED
        if before.status == ScheduleStatus.ACTIVE and _same_times(before.definition, definition) and not _spent(after):
            return after.model_copy(update={"updated_at": to_iso(datetime.now(UTC))}), facts.UPDATED, told
        moved = _rearmed(after, ScheduleStatus.PAUSED if paused else ScheduleStatus.ACTIVE)
        if moved.next_at is None:
            raise NeverDue
        return moved, facts.UPDATED, told

    return _move(schedules, orders, caller, schedule_id, changing)


def pause(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str) -> Schedule:
    def pausing(before: Schedule) -> tuple[Schedule, str, dict[str, Any]]:
        _require(before, {ScheduleStatus.ACTIVE}, "paused")
        return _disarmed(before, ScheduleStatus.PAUSED, keep_next=True), facts.PAUSED, {}

    return _move(schedules, orders, caller, schedule_id, pausing)


def resume(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str) -> Schedule:
    """From now on: what fell due while it was paused is not made up for. Completed when nothing is to come."""

    def resuming(before: Schedule) -> tuple[Schedule, str, dict[str, Any]]:
        _require(before, {ScheduleStatus.PAUSED, ScheduleStatus.FAILED}, "resumed")
        moved = _rearmed(before.model_copy(update={"error": None}), ScheduleStatus.ACTIVE)
        if moved.next_at is None:
            moved = moved.model_copy(update={"status": ScheduleStatus.COMPLETED})
        return moved, facts.RESUMED, {}

    return _move(schedules, orders, caller, schedule_id, resuming)


def cancel(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str) -> Schedule:
    """For good; what it has started goes on."""

    def cancelling(before: Schedule) -> tuple[Schedule, str, dict[str, Any]]:
        _require(before, {ScheduleStatus.ACTIVE, ScheduleStatus.PAUSED, ScheduleStatus.FAILED}, "cancelled")
        return _disarmed(before, ScheduleStatus.CANCELLED, keep_next=False), facts.CANCELLED, {}

    return _move(schedules, orders, caller, schedule_id, cancelling)


def delete(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str) -> None:
    for _ in range(_ATTEMPTS):
        before = schedules.read(caller.tenant_id, schedule_id)
        told = changed(_told(before.definition), None)
        event = schedule_event(caller.tenant_id, facts.DELETED, before, caller.username, **told)
        try:
            schedules.delete(caller.tenant_id, before, event, schedules.read_queue(caller.tenant_id, before))
        except ConditionFailed:
            continue
        orders.disarm(schedule_id, before.due_at)
        return
    raise ScheduleChanged(schedule_id)


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


def upcoming(definition: Definition, created_at: str | None, salt: str, count: int) -> tuple[Timing, list[datetime]]:
    """One more than asked for, if there is one."""
    moment = datetime.now(UTC)
    timing = timing_of(definition, from_iso(created_at) if created_at else moment, salt)
    return timing, timing.some_after(moment, count + 1)


def upcoming_of(schedule: Schedule, count: int) -> tuple[Timing, list[datetime]]:
    """None of one that is not active; no more than its ``max_runs`` leave."""
    left = count + 1
    if schedule.definition.max_runs is not None:
        left = min(left, schedule.definition.max_runs - schedule.run_count)
    timing, moments = upcoming(schedule.definition, schedule.created_at, schedule.id, count)
    return timing, moments[: max(0, left)] if schedule.status == ScheduleStatus.ACTIVE else []


_Change = Callable[[Schedule], tuple[Schedule, str, dict[str, Any]]]


def _move(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str, change: _Change) -> Schedule:
    """Armed before it is written, disarmed after: in between an order too many is dropped, and none is lost."""
    tenant_id = caller.tenant_id
    for _ in range(_ATTEMPTS):
        before = schedules.read(tenant_id, schedule_id)
        after, kind, told = change(before)
        if after.status == ScheduleStatus.ACTIVE and after.due_at is not None:
            orders.arm(tenant_id, after.id, after.sequence, from_iso(after.due_at))
        event = schedule_event(tenant_id, kind, after, caller.username, status=after.status.value, **told)
        try:
            moved = schedules.move(tenant_id, before, after, [event])
        except DocchainError as error:
            if after.due_at != before.due_at:
                orders.disarm(schedule_id, after.due_at)
            if isinstance(error, ConditionFailed):
                continue
            raise
        if before.due_at != moved.due_at:
            orders.disarm(schedule_id, before.due_at)
        return moved
    raise ScheduleChanged(schedule_id)


def _rearmed(schedule: Schedule, status: ScheduleStatus) -> Schedule:
    moment = datetime.now(UTC)
    timing = timing_of(schedule.definition, from_iso(schedule.created_at), schedule.id)
    following = None if _spent(schedule) else timing.next_after(moment)
    return schedule.model_copy(
        update={
            "status": status,
            "updated_at": to_iso(moment),
            "sequence": schedule.sequence + 1,
            "next_at": to_iso(following) if following else None,
            "due_at": to_iso(timing.due_at(following)) if following and status == ScheduleStatus.ACTIVE else None,
        }
    )


def _same_times(before: Definition, after: Definition) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in When.model_fields)


def _spent(schedule: Schedule) -> bool:
    return schedule.definition.max_runs is not None and schedule.run_count >= schedule.definition.max_runs


def _disarmed(schedule: Schedule, status: ScheduleStatus, *, keep_next: bool) -> Schedule:
    return schedule.model_copy(
        update={
            "status": status,
            "updated_at": to_iso(datetime.now(UTC)),
            "sequence": schedule.sequence + 1,
            "next_at": schedule.next_at if keep_next else None,
            "due_at": None,
        }
    )


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


def _require(schedule: Schedule, allowed: set[ScheduleStatus], wanted: str) -> None:
    if schedule.status not in allowed:
        raise IllegalScheduleStatus(schedule.id, schedule.status, wanted)


def _checked(fields: dict[str, Any]) -> Definition:
    fields = {**fields, "metadata": fields.get("metadata") or {}}
    try:
        definition = Definition.model_validate(fields)
    except ValidationError as error:
        found = [
            {"field": ".".join(map(str, e["loc"])) or "body", "message": e["msg"]}
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise ValidationFailed("; ".join(f"{f['field']}: {f['message']}" for f in found), details=found) from None
    # Half a surrogate pair has no bytes; the table refuses it by its name.
    if len(json.dumps(definition.metadata, ensure_ascii=False).encode(errors="surrogatepass")) > METADATA_BYTES_MOST:
        raise invalid("metadata", f"is larger than {METADATA_BYTES_MOST} bytes")
    return definition


def _told(definition: Definition) -> dict[str, Any]:
    """What an event says of it: when it is due and what it starts, and nothing of what that is given."""
    fields = definition.model_dump(mode="json", exclude={"target", "metadata"}, exclude_none=True)
    return {**fields, "target": told_target(definition.target)}
