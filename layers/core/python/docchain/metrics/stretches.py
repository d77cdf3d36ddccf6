"""A stretch of time as the fewest rollups: minutes and hours at its edge, whole days inside.

The newest period of each resolution holds everything up to now, so a stretch that ends now has one edge only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from docchain.clock import to_iso
from docchain.metrics.keys import Resolution, period_of
from docchain.metrics.limits import RETENTION_PERIOD

_HOURS_KEPT: Final = timedelta(days=35)
_WITHOUT_DAYS: Final = 48.0
"""As few hours as these are read as such: one query fewer than with a day among them."""


@dataclass(frozen=True)
class Stretch:
    """Periods from ``first`` to ``last``, both included."""

    resolution: Resolution
    first: str
    last: str


def stretches_of(hours: float, now: datetime | None = None) -> list[Stretch]:
    """The last so many hours; where minutes or hours are no longer kept, the period that holds the beginning counts."""
    end = (now or datetime.now(UTC)).astimezone(UTC)
    begin = end - timedelta(hours=hours)
    found: list[Stretch] = []
    if begin >= end - timedelta(seconds=RETENTION_PERIOD):
        stop = min(_whole_hour(begin, 1) - timedelta(minutes=1), end)
        found.append(_stretch("minute", begin, stop))
        begin = _whole_hour(begin, 1)
    if begin > end:
        return found
    if begin >= end - _HOURS_KEPT - timedelta(hours=1):
        midnight = _midnight(begin, 1) if hours > _WITHOUT_DAYS else end + timedelta(hours=1)
        found.append(_stretch("hour", begin, min(midnight - timedelta(hours=1), end)))
        begin = midnight
    if begin <= end:
        found.append(_stretch("day", begin, end))
    return found


def _stretch(resolution: Resolution, first: datetime, last: datetime) -> Stretch:
    return Stretch(resolution, period_of(resolution, to_iso(first)), period_of(resolution, to_iso(last)))


def _whole_hour(moment: datetime, later: int) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=later)


def _midnight(moment: datetime, later: int) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=later)
