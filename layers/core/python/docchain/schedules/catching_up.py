"""Which of the moments that are over is done now, which are not, and which comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from docchain.schedules.definition import WINDOW_MOST, Definition
from docchain.schedules.timing import Timing

ON_TIME: Final = timedelta(seconds=120)
"""So much later is still on time: longer than the sweep takes to find one whose message was lost."""
_ON_TIME_LEAST: Final = 2
CAUGHT_UP_MOST: Final = 100
"""Missed moments that are made up for, one after another; older ones are not."""
COUNTED_MOST: Final = 10_000
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Missed:
    """Moments from ``first`` to ``last`` that nobody makes up for; ``count`` ends at ``COUNTED_MOST``."""

    first: datetime
    last: datetime
    count: int


@dataclass(frozen=True)
class Plan:
    fire: datetime | None
    following: datetime | None
    missed: Missed | None = None


def plan(timing: Timing, definition: Definition, next_at: datetime, now: datetime) -> Plan:
    """For a schedule that is due: ``next_at`` with its jitter is not after ``now``."""
    on_time = _on_time(definition)
    if timing.due_at(next_at) >= now - on_time:
        return Plan(next_at, timing.next_after(next_at))
    fire = _chosen(timing, definition, next_at, now, on_time) or timing.next_after(now - on_time)
    if fire is None:
        return Plan(None, None, _missed(timing, next_at, now + _MOMENT))
    missed = _missed(timing, next_at, fire)
    if timing.due_at(fire) > now:
        return Plan(None, fire, missed)
    return Plan(fire, timing.next_after(fire), missed)


def _chosen(
    timing: Timing, definition: Definition, next_at: datetime, now: datetime, on_time: timedelta
) -> datetime | None:
    """The missed moment to make up for; None when there is none."""
    oldest = now - max(timedelta(seconds=definition.catch_up_window_seconds), on_time)
    since = max(next_at, oldest) - _MOMENT
    match definition.catch_up:
        case "skip":
            return None
        case "one":
            return timing.latest(since, now)
        case "all":
            return _first_of_newest(timing, since, now)


def _first_of_newest(timing: Timing, since: datetime, now: datetime) -> datetime | None:
    found: list[datetime] = []
    for moment in timing.after(since):
        if moment > now:
            break
        found.append(moment)
        if len(found) > CAUGHT_UP_MOST:
            del found[0]
    return found[0] if found else None


def _missed(timing: Timing, first: datetime, end: datetime) -> Missed | None:
    """All from ``first`` on that come before ``end``."""
    since, until = first - _MOMENT, end - _MOMENT
    # A rule of every minute would be walked for as long as the outage was.
    last = timing.latest(max(since, until - timedelta(seconds=WINDOW_MOST)), until) or timing.latest(since, until)
    return Missed(first, last, timing.count(first, last, COUNTED_MOST)) if last is not None else None


def _on_time(definition: Definition) -> timedelta:
    """Of what comes every few seconds the next is due before two minutes are over."""
    if definition.interval_seconds is None:
        return ON_TIME
    return min(ON_TIME, timedelta(seconds=max(_ON_TIME_LEAST, definition.interval_seconds)))
