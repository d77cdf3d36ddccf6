"""A schedule that is due: the moment is claimed, the next one armed, and what is to happen written down, once.

The next order leaves before the claim is written, since an order is only a hint: if the process dies in between, what
arrives then finds the schedule as it was, and due. If it dies after the claim, the order comes again and finds the fire
that nobody started; so does the sweep.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from docchain.clock import from_iso, to_iso
from docchain.observability import logger
from docchain.schedules.catching_up import Missed, Plan, plan
from docchain.schedules.definition import timing_of
from docchain.schedules.facts import fired_event
from docchain.schedules.models import OPEN_MOST, QUEUED_MOST, Fire, FireState, Schedule, ScheduleStatus
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.timing import Timing
from docchain.storage.errors import ConditionFailed, TooMuchContention

_ATTEMPTS: Final = 6
_MAKES_RUN: Final = frozenset({FireState.CLAIMED, FireState.QUEUED, FireState.SUCCEEDED})


@dataclass(frozen=True)
class Claim:
    """``fire`` is to be started when it is claimed."""

    schedule: Schedule
    fire: Fire | None = None


@dataclass(frozen=True)
class Firing:
    schedules: ScheduleRepository
    orders: Orders

    def claim(self, tenant_id: str, schedule: Schedule, *, stopped: bool) -> Claim | None:
        """``None`` when somebody else was faster. Three calls with the caller's read; more when others write too."""
        sequence = schedule.sequence
        claimed_before: set[str] = set()
        for _ in range(_ATTEMPTS):
            # Fails when the schedule moved on, or a moment has its record already: it was due before a change.
            with suppress(ConditionFailed):
                return self._claim(tenant_id, schedule, stopped, claimed_before)
            found, stopped = self.schedules.look_up(tenant_id, schedule.id)
            if found is None or found.sequence != sequence or not is_due(found, datetime.now(UTC)):
                return None
            schedule = found
        raise TooMuchContention(f"Schedule {schedule.id} is written by too many at once.")

    def _claim(self, tenant_id: str, before: Schedule, stopped: bool, claimed_before: set[str]) -> Claim:
        now = datetime.now(UTC)
        timing = timing_of(before.definition, from_iso(before.created_at), before.id)
        next_at = from_iso(before.next_at or "")
        planned = plan(timing, before.definition, next_at, now)
        fires: list[Fire] = []
        if planned.fire is not None and to_iso(planned.fire) not in claimed_before:
            fires.append(_fire(before, timing, planned.fire, now, stopped=stopped, late=planned.fire != next_at))
        if planned.missed is not None and to_iso(planned.missed.first) not in claimed_before:
            fires.append(_missed(before, planned.missed, now))
        after = _advanced(before, timing, planned, fires, now)
        if after.due_at is not None:
            self.orders.arm(tenant_id, after.id, after.sequence, from_iso(after.due_at))
        made = next((f for f in fires if f.state in _MAKES_RUN), None)
        counted = {"total_runs": 1} if made else {}
        if made and made.state == FireState.SUCCEEDED:
            counted["successful_runs"] = 1
        if made and made.state == FireState.CLAIMED:
            counted["running"] = 1
        events = [fired_event(tenant_id, after, fire) for fire in fires]
        records = [self.schedules.put_fire(tenant_id, fire) for fire in fires]
        try:
            moved = self.schedules.move(tenant_id, before, after, events, records, **counted)
        except ConditionFailed as error:
            claimed_before |= {fire.id for place, fire in enumerate(fires, 1) if place in error.failed}
            raise
        _log(tenant_id, moved, fires, now)
        return Claim(moved, made)


def is_due(schedule: Schedule, now: datetime) -> bool:
    return schedule.status == ScheduleStatus.ACTIVE and schedule.due_at is not None and from_iso(schedule.due_at) <= now


def _fire(schedule: Schedule, timing: Timing, at: datetime, now: datetime, *, stopped: bool, late: bool) -> Fire:
    state, reason = _state(schedule, stopped=stopped)
    done = state in {FireState.SUCCEEDED, FireState.SKIPPED}
    moment = to_iso(now)
    return Fire(
        id=to_iso(at),
        schedule_id=schedule.id,
        user_id=schedule.user_id,
        trigger="catch_up" if late else "schedule",
        state=state,
        reason=reason,
        fire_at=to_iso(at),
        due_at=to_iso(timing.due_at(at)),
        claimed_at=moment,
        started_at=moment if state == FireState.SUCCEEDED else None,
        finished_at=moment if done else None,
    )


def _state(schedule: Schedule, *, stopped: bool) -> tuple[FireState, str | None]:
    if stopped:
        return FireState.SKIPPED, "service_stopped"
    if schedule.definition.target is None:
        return FireState.SUCCEEDED, None
    if not schedule.open_fires:
        return FireState.CLAIMED, None
    match schedule.definition.overlap_policy:
        case "skip":
            return FireState.SKIPPED, "still_running"
        case "queue":
            full = len(schedule.queued_fires) >= QUEUED_MOST
            return (FireState.SKIPPED, "queue_full") if full else (FireState.QUEUED, None)
    if len(schedule.open_fires) >= OPEN_MOST:
        return FireState.SKIPPED, "too_many_running"
    return FireState.CLAIMED, None


def _missed(schedule: Schedule, missed: Missed, now: datetime) -> Fire:
    return Fire(
        id=to_iso(missed.first),
        schedule_id=schedule.id,
        user_id=schedule.user_id,
        state=FireState.MISSED,
        reason="not_caught_up",
        fire_at=to_iso(missed.first),
        due_at=to_iso(missed.first),
        claimed_at=to_iso(now),
        finished_at=to_iso(now),
        count=missed.count,
        until=to_iso(missed.last),
    )


def _advanced(schedule: Schedule, timing: Timing, planned: Plan, fires: list[Fire], now: datetime) -> Schedule:
    """The schedule with its next moment, or completed when there is none."""
    made = [f for f in fires if f.state in _MAKES_RUN]
    runs = schedule.run_count + len(made)
    over = schedule.definition.max_runs is not None and runs >= schedule.definition.max_runs
    following = None if over else planned.following
    changed: dict[str, Any] = {
        "updated_at": to_iso(now),
        "sequence": schedule.sequence + 1,
        "next_at": to_iso(following) if following else None,
        "due_at": to_iso(timing.due_at(following)) if following else None,
        "status": schedule.status if following else ScheduleStatus.COMPLETED,
        "run_count": runs,
        "last_run": to_iso(now) if made else schedule.last_run,
        "successful_runs": schedule.successful_runs + sum(f.state == FireState.SUCCEEDED for f in made),
        "skipped_runs": schedule.skipped_runs + sum(f.state == FireState.SKIPPED for f in fires),
        "missed_runs": schedule.missed_runs + sum(f.count for f in fires if f.state == FireState.MISSED),
        "open_fires": [*schedule.open_fires, *(f.id for f in made if f.state == FireState.CLAIMED)],
        "queued_fires": [*schedule.queued_fires, *(f.id for f in made if f.state == FireState.QUEUED)],
    }
    return schedule.model_copy(update=changed)


def _log(tenant_id: str, schedule: Schedule, fires: list[Fire], now: datetime) -> None:
    for fire in fires:
        late = (now - from_iso(fire.due_at)).total_seconds()
        known = {"tenant": tenant_id, "schedule": schedule.id, "fire": fire.id, "state": fire.state.value}
        logger.info("schedule fired", extra={**known, "late_ms": round(late * 1000)})
