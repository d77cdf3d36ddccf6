"""A day's figures: how many events of each type and severity, as attributes that are added to.

What callers report is counted as ``security_event.logged``, whatever they name it: names without an end would not fit
into an item.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docchain.audit.kinds import Severity
from docchain.storage.items import Item

_BETWEEN: Final = "__"
"""An expression's placeholder takes no dots, and types have single underscores."""


@dataclass(frozen=True)
class DayFigures:
    """``day`` is ``2026-11-21``."""

    day: str
    counts: Counter[tuple[Severity, str]]

    def of(self, severity: Severity | None) -> int:
        return sum(count for (grave, _), count in self.counts.items() if severity in (None, grave))


def counted_as(severity: Severity, event_type: str) -> str:
    return _BETWEEN.join([severity.value, *event_type.split(".")])


def to_day_figures(items: Iterable[Item]) -> list[DayFigures]:
    """Of all shards of all days, the newest first."""
    days: dict[str, Counter[tuple[Severity, str]]] = defaultdict(Counter)
    for item in items:
        day = item["sk"].partition("#")[0]
        for name, count in item.items():
            severity, between, event_type = name.partition(_BETWEEN)
            if between:
                days[day][Severity(severity), event_type.replace(_BETWEEN, ".")] += count
    return [DayFigures(day, days[day]) for day in sorted(days, reverse=True)]
