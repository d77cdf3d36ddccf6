"""Rules over the calendar: which minutes of which days, on a clock that knows no zone."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

HORIZON_YEARS: Final = 50
"""A rule that has no day within it never has one: leap years with five Mondays in February come every 28 or 40."""

LAST: Final = -1
"""As the number of a weekday within its month: the last one."""

_MINUTES_OF_DAY: Final = 24 * 60


@dataclass(frozen=True)
class CalendarRule:
    """``weekdays`` count from 0, Sunday, as cron does; ``nth_weekdays`` are pairs of weekday and number in the month.

    ``capped_day`` is a day of the month that in shorter months is their last. ``both`` says that day and weekday must
    agree, else one of them is enough. ``unfixed`` rules have a star as minute or hour: they mean elapsed time rather
    than hours of the clock.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))
    nth_weekdays: frozenset[tuple[int, int]] = frozenset()
    last_day: bool = False
    last_working_day: bool = False
    capped_day: int | None = None
    both: bool = True
    unfixed: bool = False

    def fits(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        if self.both:
            return self._fits_day(day) and self._fits_weekday(day)
        return self._fits_day(day) or self._fits_weekday(day)

    def times_from(self, start: datetime) -> Iterator[datetime]:
        """Naive times, each later than the one before, beginning with ``start`` itself if it fits."""
        day, first = start.date(), start
        while (found := self._day_from(day)) is not None:
            earliest = _minute_of(first) if found == first.date() else 0
            for hour in self.hours:
                for minute in self.minutes:
                    if hour * 60 + minute >= earliest:
                        yield datetime.combine(found, time(hour, minute))
            if found == date.max:
                return
            day = found + timedelta(days=1)

    def first_from(self, start: datetime) -> datetime | None:
        return next(self.times_from(start), None)

    def _day_from(self, day: date) -> date | None:
        limit = min(day.year + HORIZON_YEARS, date.max.year - 1)
        while day.year <= limit:
            if day.month not in self.months:
                day = _next_month(day)
            elif self.fits(day):
                return day
            else:
                day += timedelta(days=1)
        return None

    def _fits_day(self, day: date) -> bool:
        if self.capped_day is not None:
            return day.day == self.capped_day or (self.capped_day > day.day >= 28 and day.day == _days_in_month(day))
        if day.day in self.days or (self.last_day and day.day == _days_in_month(day)):
            return True
        return self.last_working_day and day.day == _last_working_day(day)

    def _fits_weekday(self, day: date) -> bool:
        weekday = day.isoweekday() % 7
        if weekday in self.weekdays or (weekday, (day.day + 6) // 7) in self.nth_weekdays:
            return True
        return (weekday, LAST) in self.nth_weekdays and day.day + 7 > _days_in_month(day)


def _minute_of(moment: datetime) -> int:
    """The first whole minute of the day that is not before ``moment``; beyond the day when there is none."""
    past = 1 if moment.second or moment.microsecond else 0
    return min(moment.hour * 60 + moment.minute + past, _MINUTES_OF_DAY)


def _next_month(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.month == 12 else date(day.year, day.month + 1, 1)


def _days_in_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _last_working_day(day: date) -> int:
    last = day.replace(day=_days_in_month(day))
    return last.day - max(0, last.isoweekday() - 5)
