"""When a schedule is due next, and after that."""

from datetime import UTC, datetime

from docchain.clock import from_iso
from docchain.schedules.definition import Definition, timing_of
from docchain.schedules.models import Schedule, ScheduleStatus
from docchain.schedules.timing import Timing


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
