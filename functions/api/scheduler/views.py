"""What the scheduler's routes give."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from docchain.clock import from_iso, now
from docchain.schedules.counting import Figures
from docchain.schedules.definition import Definition, in_words
from docchain.schedules.models import Fire, Schedule, ScheduleStatus
from docchain.schedules.timing import Timing

_ID = "0b0e9ad5-2f1c-4a0e-9a54-0c8d8a1f7c11"


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class CreatedSchedule(BaseModel):
    model_config = _example(
        schedule_id=_ID,
        name="Daily Backup",
        type="cron",
        status="active",
        created_at="2026-11-21T09:30:00.000Z",
        next_run="2026-11-22T02:00:00.000Z",
        message="Schedule created.",
    )

    schedule_id: str
    name: str
    type: str
    status: str
    created_at: str
    next_run: str | None
    message: str = "Schedule created."

    @classmethod
    def of(cls, schedule: Schedule) -> "CreatedSchedule":
        definition = schedule.definition
        return cls(
            schedule_id=schedule.id,
            name=definition.name,
            type=definition.type,
            status=schedule.status,
            created_at=schedule.created_at,
            next_run=schedule.next_at,
        )


class ScheduleView(BaseModel):
    """``next_run`` is the moment that counts; with a jitter it is done a little later."""

    model_config = _example(
        id=_ID,
        name="Daily Backup",
        type="cron",
        cron_expression="0 2 * * *",
        interval_seconds=None,
        status="active",
        created_at="2026-11-21T09:30:00.000Z",
        updated_at="2026-11-21T09:30:00.000Z",
        created_by="ada",
        last_run=None,
        next_run="2026-11-22T02:00:00.000Z",
        run_count=0,
        manual_runs=0,
        successful_runs=0,
        failed_runs=0,
        skipped_runs=0,
        missed_runs=0,
        running=0,
        queued=0,
        max_runs=None,
        timeout=None,
        timezone="UTC",
        overlap_policy="allow",
        catch_up="one",
        catch_up_window_seconds=3600,
        jitter_seconds=0,
        target=None,
        metadata={},
    )

    id: str
    name: str
    type: str
    cron_expression: str | None = None
    interval_seconds: int | None = None
    run_at: str | None = None
    hour: int | None = None
    minute: int | None = None
    day_of_week: int | None = None
    day_of_month: int | None = None
    short_months: str | None = None
    status: str
    created_at: str
    updated_at: str
    created_by: str
    last_run: str | None = None
    next_run: str | None = None
    run_count: int
    manual_runs: int
    successful_runs: int
    failed_runs: int
    skipped_runs: int
    missed_runs: int
    running: int
    queued: int
    max_runs: int | None = None
    timeout: int | None = None
    timezone: str
    dst_gap: str | None = None
    dst_overlap: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    overlap_policy: str
    catch_up: str
    catch_up_window_seconds: int
    jitter_seconds: int
    target: dict[str, Any] | None = None
    metadata: dict[str, Any]
    error: dict[str, Any] | None = None

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleView":
        fields = schedule.definition.model_dump(mode="json")
        counted = schedule.model_dump(mode="json", include=_SAME)
        # A policy of months says nothing of a schedule that is not monthly.
        fields["short_months"] = fields["short_months"] if schedule.definition.day_of_month else None
        return cls(
            **fields,
            **counted,
            next_run=schedule.next_at,
            running=len(schedule.open_fires),
            queued=len(schedule.queued_fires),
        )


_SAME = {
    *("id", "status", "created_at", "updated_at", "created_by", "last_run", "run_count", "manual_runs"),
    *("successful_runs", "failed_runs", "skipped_runs", "missed_runs", "error"),
}


class ScheduleMoved(BaseModel):
    model_config = _example(
        schedule_id=_ID, message="Schedule paused.", status="paused", next_run="2026-11-22T02:00:00.000Z"
    )

    schedule_id: str
    message: str
    status: str
    next_run: str | None = None


class RunOrdered(BaseModel):
    model_config = _example(
        schedule_id=_ID,
        fire_id="2026-11-21T09:30:00.000Z~01KAJ3",
        message="Schedule is being run.",
        status="active",
    )

    schedule_id: str
    fire_id: str
    message: str = "Schedule is being run."
    status: str


class FireView(BaseModel):
    """A time that it was due. ``late_ms`` is how much later than due it was taken up."""

    model_config = _example(
        id="2026-11-22T02:00:00.000Z",
        trigger="schedule",
        state="succeeded",
        reason=None,
        fire_at="2026-11-22T02:00:00.000Z",
        due_at="2026-11-22T02:00:00.000Z",
        claimed_at="2026-11-22T02:00:00.214Z",
        started_at="2026-11-22T02:00:00.391Z",
        finished_at="2026-11-22T02:00:03.120Z",
        late_ms=214,
        started={"type": "run", "run_id": 7},
        attempts=1,
        error=None,
        count=1,
        until=None,
    )

    id: str
    trigger: str
    state: str
    reason: str | None = None
    fire_at: str
    due_at: str
    claimed_at: str
    started_at: str | None = None
    finished_at: str | None = None
    late_ms: int
    started: dict[str, Any]
    attempts: int
    error: dict[str, Any] | None = None
    count: int
    until: str | None = None

    @classmethod
    def of(cls, fire: Fire) -> "FireView":
        late = (from_iso(fire.claimed_at) - from_iso(fire.due_at)).total_seconds()
        fields = fire.model_dump(mode="json", include=set(cls.model_fields) - {"late_ms"})
        return cls(**fields, late_ms=round(late * 1000))


class NextTime(BaseModel):
    """``local`` is what the clock of its time zone says; ``due_at`` has the jitter in it."""

    model_config = _example(
        at="2026-11-22T02:00:00.000Z", local="2026-11-22T03:00:00+01:00", due_at="2026-11-22T02:00:00.000Z"
    )

    at: str
    local: str
    due_at: str


class NextTimes(BaseModel):
    """``schedule_id`` is missing in a preview; ``complete`` says that there are no more after these."""

    model_config = _example(
        schedule_id=_ID,
        timezone="Europe/Madrid",
        complete=False,
        next_runs=[
            {
                "at": "2026-11-22T01:00:00.000Z",
                "local": "2026-11-22T02:00:00+01:00",
                "due_at": "2026-11-22T01:00:00.000Z",
            }
        ],
    )

    schedule_id: str | None = None
    timezone: str
    next_runs: list[NextTime]
    complete: bool

    @classmethod
    def of(cls, definition: Definition, timing: Timing, moments: list[Any], count: int, **named: Any) -> "NextTimes":
        zone = definition.timezone
        shown = moments[:count]
        times = [NextTime(**in_words(m, zone), due_at=in_words(timing.due_at(m), zone)["at"]) for m in shown]
        return cls(timezone=zone, next_runs=times, complete=len(moments) <= count, **named)


class ServiceMoved(BaseModel):
    model_config = _example(message="The scheduler is started.", status="running")

    message: str
    status: str


class StatsView(BaseModel):
    """``total_runs`` counts what was started, by the clock and by hand; ``running_tasks`` what is at work now."""

    model_config = _example(
        is_running=True,
        total_schedules=2,
        active_schedules=1,
        paused_schedules=1,
        completed_schedules=0,
        failed_schedules=0,
        cancelled_schedules=0,
        total_runs=12,
        successful_runs=11,
        failed_runs=1,
        schedules_by_type={"cron": 1, "interval": 1, "once": 0, "daily": 0, "weekly": 0, "monthly": 0},
        running_tasks=0,
    )

    is_running: bool
    total_schedules: int
    active_schedules: int
    paused_schedules: int
    completed_schedules: int
    failed_schedules: int
    cancelled_schedules: int
    total_runs: int
    successful_runs: int
    failed_runs: int
    schedules_by_type: dict[str, int]
    running_tasks: int

    @classmethod
    def of(cls, figures: Figures) -> "StatsView":
        return cls(
            is_running=figures.is_running,
            total_schedules=figures.total,
            **{f"{status.value}_schedules": figures.by_status[status.value] for status in ScheduleStatus},
            total_runs=figures.total_runs,
            successful_runs=figures.successful_runs,
            failed_runs=figures.failed_runs,
            schedules_by_type=figures.by_type,
            running_tasks=figures.running,
        )


class HealthView(BaseModel):
    model_config = _example(
        service="scheduler",
        status="healthy",
        is_running=True,
        active_schedules=1,
        total_schedules=2,
        timestamp="2026-11-21T09:30:00.000Z",
    )

    service: str = "scheduler"
    status: str
    is_running: bool
    active_schedules: int
    total_schedules: int
    timestamp: str

    @classmethod
    def of(cls, figures: Figures) -> "HealthView":
        return cls(
            status="healthy" if figures.is_running else "stopped",
            is_running=figures.is_running,
            active_schedules=figures.by_status[ScheduleStatus.ACTIVE.value],
            total_schedules=figures.total,
            timestamp=now(),
        )


class Message(BaseModel):
    model_config = _example(message="Schedule deleted.")

    message: str
