"""From hours of a clock to moments, through the two nights of a year when clocks jump.

Time is walked in stretches of one offset from UTC, within which clock and moment differ by a constant. Between two of
them the clock jumps over an hour (a gap) or tells one twice (an overlap), and the policies say what becomes of what was
due in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from docchain.schedules.calendars import CalendarRule

Gap = Literal["skip", "shift"]
Overlap = Literal["once", "twice"]

_PROBE: Final = timedelta(days=1)
"""No zone has changed its offset twice within a day."""
_LARGEST_JUMP: Final = timedelta(hours=26)


@dataclass(frozen=True)
class Zone:
    """``gap``: what was due in an hour that does not exist is left out, or done at the first moment after it.
    ``overlap``: what is due in an hour that comes twice is done in the first alone, or in both.
    """

    info: ZoneInfo
    gap: Gap = "shift"
    overlap: Overlap = "once"

    def moments_after(self, rule: CalendarRule, moment: datetime) -> Iterator[datetime]:
        """In UTC, each later than the one before. Ends when the rule has no more days."""
        last = at = moment.astimezone(UTC)
        offset = self._offset(at)
        wall = self._untold(at, offset)
        while True:
            jump = None
            for time in rule.times_from(wall):
                found = (time - offset).replace(tzinfo=UTC)
                jump = self._next_jump(at, found, offset)
                if jump is not None:
                    break
                at = found
                if found > last:
                    last = found
                    yield found
            if jump is None:
                return
            before, at, offset = offset, jump, self._offset(jump)
            old, new = _wall(jump, before), _wall(jump, offset)
            if self.gap == "shift" and jump > last and _falls_within(rule, old, new):
                last = jump
                yield jump
            wall = max(old, new) if self.overlap == "once" else new

    def _untold(self, at: datetime, offset: timedelta) -> datetime:
        """The clock's time at that moment; past an hour that it tells for the second time, if once is enough."""
        wall = _wall(at, offset)
        before = self._offset(at - _LARGEST_JUMP)
        if before <= offset or self.overlap == "twice":
            return wall
        return max(wall, _wall(self._jump(at - _LARGEST_JUMP, at), before))

    def _next_jump(self, since: datetime, until: datetime, offset: timedelta) -> datetime | None:
        """The first change of the offset after ``since`` and up to ``until``."""
        at = since
        while at < until:
            following = min(at + _PROBE, until)
            if self._offset(following) != offset:
                return self._jump(at, following)
            at = following
        return None

    def _jump(self, before: datetime, after: datetime) -> datetime:
        """The first second of the later of two offsets; ``before`` has the one, ``after`` the other."""
        old = self._offset(before)
        low, high = int(before.timestamp()), int(after.timestamp())
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(datetime.fromtimestamp(middle, UTC)) == old:
                low = middle
            else:
                high = middle
        return datetime.fromtimestamp(high, UTC)

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.info).utcoffset() or timedelta()


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _falls_within(rule: CalendarRule, first: datetime, end: datetime) -> bool:
    found = rule.first_from(first)
    return found is not None and found < end
