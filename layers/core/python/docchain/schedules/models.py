"""A schedule as it is kept, and a fire: one time that it was due, and what became of it."""

from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from docchain.schedules.definition import Definition

OPEN_MOST: Final = 100
"""Fires of one schedule at work at once; one more is skipped, whatever the policy."""
QUEUED_MOST: Final = 10
SCHEDULES_MOST: Final = 1_000
FREQUENT_MOST: Final = 50
"""Of a tenant's schedules with an interval of less than a minute."""
FREQUENT_SECONDS: Final = 60
HISTORY_DAYS: Final = 90


class ScheduleStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class FireState(StrEnum):
    # Written down, and not started yet.
    CLAIMED = "claimed"
    # Waits for the one before to end.
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    SKIPPED = "skipped"
    MISSED = "missed"


UNSETTLED: Final = frozenset({FireState.CLAIMED, FireState.QUEUED, FireState.RUNNING})


class Fire(BaseModel):
    """``id`` is the moment that it was due, for one by hand followed by something of its own.

    ``started`` names what was started. ``count`` and ``until`` are of a record that stands for several missed ones.
    """

    id: str
    schedule_id: str
    trigger: Literal["schedule", "catch_up", "manual"] = "schedule"
    state: FireState
    reason: str | None = None
    fire_at: str
    due_at: str
    claimed_at: str
    started_at: str | None = None
    finished_at: str | None = None
    look_at: str | None = None
    """When somebody has to look after it, unless it has moved on by then."""
    actor: str = ""
    # Who asked for it by hand, in whose rights it is started.
    asker_id: int | None = None
    # Whose schedule it is: who hears of what went wrong.
    user_id: int | None = None
    started: dict[str, Any] = Field(default_factory=dict)
    attempts: int = 0
    error: dict[str, Any] | None = None
    count: int = 1
    until: str | None = None


class Schedule(BaseModel):
    """``next_at`` is the moment that counts, ``due_at`` the same with its jitter. ``sequence`` grows whenever another
    moment is the next; ``revision`` with every write. ``user_id`` answers for what is started: its maker, or
    ``in_name_of``, who last said what that is.
    """

    id: str
    definition: Definition
    status: ScheduleStatus = ScheduleStatus.ACTIVE
    created_at: str
    updated_at: str
    created_by: str
    user_id: int
    in_name_of: str | None = None
    revision: int = 1
    sequence: int = 1
    next_at: str | None = None
    due_at: str | None = None
    last_run: str | None = None
    run_count: int = 0
    manual_runs: int = 0
    successful_runs: int = 0
    failed_runs: int = 0
    skipped_runs: int = 0
    missed_runs: int = 0
    open_fires: list[str] = Field(default_factory=list)
    queued_fires: list[str] = Field(default_factory=list)
    error: dict[str, Any] | None = None

    @property
    def actor(self) -> str:
        return self.in_name_of or self.created_by

    @property
    def is_frequent(self) -> bool:
        return (self.definition.interval_seconds or FREQUENT_SECONDS) < FREQUENT_SECONDS
