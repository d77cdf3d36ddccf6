"""Cron expressions of five fields, read into a rule over the calendar.

Names of months and weekdays, lists, ranges and steps; ``L`` and ``LW`` as the day (the last day, the last working day),
``MON#2`` and ``FRIL`` as the weekday (the second Monday, the last Friday). Sunday is 0 and 7. As in Debian's cron day
and weekday must agree when one of them begins with a star, else one of them is enough.
"""

from dataclasses import dataclass
from typing import Final

from docchain.errors import ValidationFailed, invalid
from docchain.schedules.calendars import LAST, CalendarRule

EXPRESSION_MOST: Final = 200
ALIASES: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()


_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _WEEKDAYS),
)


def parse_cron(expression: str) -> CalendarRule:
    """Raises ``ValidationFailed`` that names the field and what is wrong with it."""
    text = expression.strip()
    parts = ALIASES.get(text.lower(), text).upper().split()
    if len(text) > EXPRESSION_MOST or len(parts) != len(_FIELDS):
        raise _refused(f"{expression[:EXPRESSION_MOST]!r} has not the five fields minute, hour, day, month, weekday")
    minute, hour, day, month, weekday = parts
    days, last_day, last_working_day = _days(day)
    weekdays, nth = _weekdays(weekday)
    return CalendarRule(
        minutes=tuple(sorted(_numbers(_FIELDS[0], minute))),
        hours=tuple(sorted(_numbers(_FIELDS[1], hour))),
        days=days,
        months=frozenset(_numbers(_FIELDS[3], month)),
        weekdays=weekdays,
        nth_weekdays=nth,
        last_day=last_day,
        last_working_day=last_working_day,
        both=day.startswith("*") or weekday.startswith("*"),
        unfixed=minute.startswith("*") or hour.startswith("*"),
    )


def _days(text: str) -> tuple[frozenset[int], bool, bool]:
    terms = text.split(",")
    plain = [term for term in terms if term not in {"L", "LW"}]
    days = _numbers(_FIELDS[2], ",".join(plain)) if plain else set()
    return frozenset(days), "L" in terms, "LW" in terms


def _weekdays(text: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    field = _FIELDS[4]
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for term in text.split(","):
        name, mark, number = term.partition("#")
        if mark:
            if number not in {"1", "2", "3", "4", "5"}:
                raise _refused(f"{field.name}: {term!r} is not the first to fifth of a weekday")
            nth.add((_value(field, name) % 7, int(number)))
        elif len(term) > 1 and term.endswith("L"):
            nth.add((_value(field, term[:-1]) % 7, LAST))
        else:
            plain |= {value % 7 for value in _numbers(field, term)}
    return frozenset(plain), frozenset(nth)


def _numbers(field: _Field, text: str) -> set[int]:
    found: set[int] = set()
    for term in text.split(","):
        found |= _term(field, term)
    return found


def _term(field: _Field, term: str) -> set[int]:
    span, stepped, step_text = term.partition("/")
    step = _whole(field, step_text) if stepped else 1
    if step < 1:
        raise _refused(f"{field.name}: a step of 0 goes nowhere")
    if span == "*":
        # Seven is another name for Sunday, and no further step.
        return set(range(field.first, min(field.last, 6 if field.name == "day of week" else field.last) + 1, step))
    begin_text, ranged, end_text = span.partition("-")
    begin = _value(field, begin_text)
    end = _value(field, end_text) if ranged else (field.last if stepped else begin)
    if end < begin:
        raise _refused(f"{field.name}: the range {span!r} ends before it begins")
    return set(range(begin, end + 1, step))


def _value(field: _Field, text: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.first
    value = _whole(field, text)
    if not field.first <= value <= field.last:
        raise _refused(f"{field.name}: {value} is not within {field.first} to {field.last}")
    return value


def _whole(field: _Field, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise _refused(f"{field.name}: {text!r} is neither a number nor a name")
    return int(text)


def _refused(message: str) -> ValidationFailed:
    return invalid("cron_expression", message)
