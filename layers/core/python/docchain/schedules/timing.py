"""When a schedule is due: moments, from its definition and nothing else."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

from docchain.schedules.calendars import CalendarRule
from docchain.schedules.zoned import Zone


class Beats(Protocol):
    """What repeats, without beginning and end."""

    def after(self, moment: datetime) -> Iterator[datetime]:
        """All moments later than that one, in their order."""

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        """The last one after ``since`` and not after ``until``."""


@dataclass(frozen=True)
class Interval:
    """Every so many seconds, counted from ``anchor``, which is the first."""

    anchor: datetime
    seconds: int

    def after(self, moment: datetime) -> Iterator[datetime]:
        step = timedelta(seconds=self.seconds)
        at = max(self.anchor, self.anchor + ((moment - self.anchor) // step + 1) * step)
        while True:
            yield at
            at += step

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        step = timedelta(seconds=self.seconds)
        found = self.anchor + ((until - self.anchor) // step) * step
        return found if found > since and found >= self.anchor else None


@dataclass(frozen=True)
class Once:
    at: datetime

    def after(self, moment: datetime) -> Iterator[datetime]:
        if self.at > moment:
            yield self.at

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        return self.at if since < self.at <= until else None


@dataclass(frozen=True)
class OnCalendar:
    rule: CalendarRule
    zone: Zone

    def after(self, moment: datetime) -> Iterator[datetime]:
        return self.zone.moments_after(self.rule, moment)

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        found = None
        for moment in self.after(since):
            if moment > until:
                break
            found = moment
        return found


@dataclass(frozen=True)
class Timing:
    """``jitter_seconds`` move what is done, never the moments that are counted: each has its own, always the same."""

    beats: Beats
    starts: datetime | None = None
    ends: datetime | None = None
    jitter_seconds: int = 0
    salt: str = ""

    def after(self, moment: datetime) -> Iterator[datetime]:
        """``starts`` itself is among them if it fits; ``ends`` too."""
        if self.starts is not None and self.starts > moment:
            moment = self.starts - timedelta(microseconds=1)
        for found in self.beats.after(moment):
            if self.ends is not None and found > self.ends:
                return
            yield found

    def next_after(self, moment: datetime) -> datetime | None:
        return next(self.after(moment), None)

    def some_after(self, moment: datetime, count: int) -> list[datetime]:
        return list(islice(self.after(moment), count))

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        begin = since if self.starts is None else max(since, self.starts - timedelta(microseconds=1))
        end = until if self.ends is None else min(until, self.ends)
        return self.beats.latest(begin, end)

    def count(self, first: datetime, last: datetime, most: int) -> int:
        """How many there are from ``first`` to ``last``, both among them; ``most`` when there are more."""
        if isinstance(self.beats, Interval):
            return min(most, (last - first) // timedelta(seconds=self.beats.seconds) + 1)
        found = 0
        for moment in self.after(first - timedelta(microseconds=1)):
            if moment > last or found == most:
                break
            found += 1
        return found

    def due_at(self, moment: datetime) -> datetime:
        """When it is done: up to ``jitter_seconds`` later, spread by a hash."""
        if not self.jitter_seconds:
            return moment
        digest = hashlib.sha256(f"{self.salt}@{moment.astimezone(UTC).isoformat()}".encode()).digest()
        return moment + timedelta(seconds=int.from_bytes(digest[:8], "big") % (self.jitter_seconds + 1))
