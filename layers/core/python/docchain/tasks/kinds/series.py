"""Lists of numbers by name, out of what a caller calls data."""

import math
from typing import Any, Final

from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.shapes import VALUES_MOST

SERIES_MOST: Final = 100
LARGEST: Final = 1e60
"""Its fourth power, which kurtosis is made of, is still a number."""

CELLS_MOST: Final = 1_000_000
"""Of rows as a table, gaps as well: rows that share no name have few values and many of those."""

Series = list[float | None]


def series_of(data: dict[str, Any]) -> tuple[dict[str, Series], list[str]]:
    """The series, and the names of what is none. ``rows`` is a table: each of its columns is looked at."""
    columns = {name: value for name, value in data.items() if name != "rows"}
    rows = data.get("rows")
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        names = dict.fromkeys(name for row in rows for name in row)
        _refuse_beyond("cells", len(names) * len(rows), CELLS_MOST)
        columns = {**{name: [row.get(name) for row in rows] for name in names}, **columns}
    series = {name: [_number(v) for v in value] for name, value in columns.items() if _is_series(value)}
    _check(series)
    return series, sorted(str(name) for name in columns.keys() - series.keys())


def _is_series(value: Any) -> bool:
    """Numbers with gaps between them, and at least one number."""
    if not isinstance(value, list) or not value:
        return False
    return all(v is None or _is_number(v) for v in value) and any(v is not None for v in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number may have any length
        return math.inf


def _check(series: dict[str, Series]) -> None:
    """Raises ``TaskRefused``."""
    values = sum(map(len, series.values()))
    for name, numbers in series.items():
        if any(v is not None and not abs(v) <= LARGEST for v in numbers):
            message = f"{name} has a number beyond {LARGEST:g}"
            raise TaskRefused(f"data: {message}", code="DATA_TOO_LARGE", details=_at(message))
    for what, count, most in (("series", len(series), SERIES_MOST), ("values", values, VALUES_MOST)):
        _refuse_beyond(what, count, most)


def _refuse_beyond(what: str, count: int, most: int) -> None:
    if count > most:
        message = f"there are {count:,} {what}, more than {most:,}"
        raise TaskRefused(f"data: {message}", code="DATA_TOO_LARGE", details=_at(message))


def _at(message: str) -> list[dict[str, str]]:
    return [{"field": "metadata.data", "message": message}]
