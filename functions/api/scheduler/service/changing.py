"""Changing, moving and deleting schedules."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from docchain.auth.caller import Caller
from docchain.clock import from_iso, to_iso
from docchain.errors import DocchainError
from docchain.events.changes import changed
from docchain.schedules import facts
from docchain.schedules.checking import Checker
from docchain.schedules.definition import Definition, When, timing_of
from docchain.schedules.errors import IllegalScheduleStatus, NeverDue, ScheduleChanged
from docchain.schedules.facts import schedule_event
from docchain.schedules.models import Schedule, ScheduleStatus
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.storage.errors import ConditionFailed
from functions.api.scheduler.service.definitions import checked, told

_ATTEMPTS: Final = 5
_OVER: Final = frozenset({ScheduleStatus.CANCELLED})


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
        definition = checked({**before.definition.model_dump(mode="json"), **asked})
        checker.check(caller, definition.target)
        said = changed(told(before.definition), told(definition))
        # Nobody says what is done in somebody else's name.
        name = {"user_id": caller.user_id, "in_name_of": caller.username} if "target" in asked else {}
        after = before.model_copy(update={"definition": definition, "error": None, **name})
        paused = before.status == ScheduleStatus.PAUSED
        if before.status == ScheduleStatus.ACTIVE and _same_times(before.definition, definition) and not _spent(after):
            return after.model_copy(update={"updated_at": to_iso(datetime.now(UTC))}), facts.UPDATED, said
        moved = _rearmed(after, ScheduleStatus.PAUSED if paused else ScheduleStatus.ACTIVE)
        if moved.next_at is None:
            raise NeverDue
        return moved, facts.UPDATED, said

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
        said = changed(told(before.definition), None)
        event = schedule_event(caller.tenant_id, facts.DELETED, before, caller.username, **said)
        try:
            schedules.delete(caller.tenant_id, before, event, schedules.read_queue(caller.tenant_id, before))
        except ConditionFailed:
            continue
        orders.disarm(schedule_id, before.due_at)
        return
    raise ScheduleChanged(schedule_id)


_Change = Callable[[Schedule], tuple[Schedule, str, dict[str, Any]]]


def _move(schedules: ScheduleRepository, orders: Orders, caller: Caller, schedule_id: str, change: _Change) -> Schedule:
    """Armed before it is written, disarmed after: in between an order too many is dropped, and none is lost."""
    tenant_id = caller.tenant_id
    for _ in range(_ATTEMPTS):
        before = schedules.read(tenant_id, schedule_id)
        after, kind, said = change(before)
        if after.status == ScheduleStatus.ACTIVE and after.due_at is not None:
            orders.arm(tenant_id, after.id, after.sequence, from_iso(after.due_at))
        event = schedule_event(tenant_id, kind, after, caller.username, status=after.status.value, **said)
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


def _require(schedule: Schedule, allowed: set[ScheduleStatus], wanted: str) -> None:
    if schedule.status not in allowed:
        raise IllegalScheduleStatus(schedule.id, schedule.status, wanted)
