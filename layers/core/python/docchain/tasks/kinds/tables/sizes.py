"""How much memory a table takes, or would take: what has no room ends the worker, and is refused before it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from docchain.tasks.kinds.table_expressions import Call, parts_of
from docchain.tasks.kinds.table_shapes import Format
from docchain.tasks.kinds.tables.expressions import to_text, to_value
from docchain.tasks.kinds.tables.limits import BYTES_MOST, too_large

_VALUE_BYTES: Final = 8
_VIEW_BITS: Final = 128
"""Of a text, wherever its characters are; a list has no less."""
_BITS: Final[dict[Any, int]] = {
    **dict.fromkeys((pl.Boolean, pl.Null), 1),
    **dict.fromkeys((pl.Int8, pl.UInt8), 8),
    **dict.fromkeys((pl.Int16, pl.UInt16), 16),
    **dict.fromkeys((pl.Int32, pl.UInt32, pl.Float32, pl.Date, pl.Categorical, pl.Enum), 32),
    **dict.fromkeys((pl.Int64, pl.UInt64, pl.Float64, pl.Datetime, pl.Duration, pl.Time), 64),
}


def size_of(frame: pl.DataFrame) -> int:
    """As if each text were kept by itself: the engine lets equal ones share their characters, and a file does not."""
    return max(int(frame.estimated_size()), _characters(frame))


def rows_size(rows: int, schema: Mapping[str, Any]) -> int:
    """Of so many rows at least: without the characters of texts and the members of lists."""
    return rows * sum(_BITS.get(dtype.base_type(), _VIEW_BITS) for dtype in schema.values()) // 8


def check_rows(rows: int, schema: Mapping[str, Any], at: str) -> None:
    """Raises ``TableRefused``."""
    if (size := rows_size(rows, schema)) > BYTES_MOST:
        raise too_large(at, "bytes in memory", size, BYTES_MOST)


def least_written(frame: pl.DataFrame, form: Format) -> int:
    """Bytes of a file that has at least this: a JSON names each column in each row."""
    if form == "parquet":
        return 0
    names = 0 if form == "csv" else sum(len(name.encode()) + 4 for name in frame.columns)
    return _characters(frame) + frame.height * (frame.width + names)


def check_growth(frame: pl.DataFrame, expressions: Iterable[Any], at: str) -> None:
    """Raises ``TableRefused`` for texts that expressions would make too long together."""
    _refuse_beyond(sum(_grown(frame, expression, at) for expression in expressions), at)


def _characters(frame: pl.DataFrame) -> int:
    return sum(int(series.str.len_bytes().sum()) for series in frame.get_columns() if series.dtype == pl.String)


def _grown(frame: pl.DataFrame, node: Any, at: str) -> int:
    """Bytes that the outermost calls make which lengthen texts. Inner ones first: measuring an outer one runs them."""
    within = sum(_grown(frame, part, at) for part in parts_of(node))
    _refuse_beyond(within, at)
    if not isinstance(node, Call) or (made := _bytes_made(frame, node)) is None:
        return within
    size = int(frame.select(made.sum()).item() or 0)
    _refuse_beyond(size, at)
    return size


def _refuse_beyond(size: int, at: str) -> None:
    if size > BYTES_MOST:
        raise too_large(at, "bytes of text", size, BYTES_MOST)


def _bytes_made(frame: pl.DataFrame, call: Call) -> pl.Expr | None:
    """For each row; ``None`` of a call that makes no longer text than it is given."""
    if call.call == "add":
        made = frame.lazy().select(to_value(call).alias("made")).collect_schema()
        if made["made"] != pl.String:
            return None
    if call.call in ("add", "concat"):
        return pl.sum_horizontal([_length(to_value(part)) for part in call.of])
    if call.call == "replace":
        text, old, new = (to_text(to_value(part)) for part in call.of)
        times = text.str.count_matches(old, literal=True).cast(pl.Int64)
        return _length(text) + times * (_length(new) - _length(old))
    if call.call == "split_part":
        text, separator = (to_text(to_value(part)) for part in call.of[:2])
        return _length(text) + text.str.count_matches(separator, literal=True).cast(pl.Int64) * (_VIEW_BITS // 8)
    return None


def _length(value: pl.Expr) -> pl.Expr:
    return to_text(value).str.len_bytes().cast(pl.Int64).fill_null(0)


@dataclass
class Spread:
    """Of JSON objects as columns: each name of a level takes room in every row of it, wherever the name stands."""

    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    names: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def add(self, value: Any, level: tuple[str, ...] = ()) -> None:
        if isinstance(value, dict):
            self.counts[level] = self.counts.get(level, 0) + 1
            self.names.setdefault(level, set()).update(value)
            for name, part in value.items():
                if isinstance(part, dict | list):
                    self.add(part, (*level, name))
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict | list):
                    self.add(part, level)

    def check(self, at: str) -> None:
        """Raises ``TableRefused``."""
        rows: dict[tuple[str, ...], int] = {}
        # Outer levels first: what is missing in a row of the outer one takes room in the inner one as well.
        for level in sorted(self.counts, key=len):
            rows[level] = max(self.counts[level], rows.get(level[:-1], 0) if level else 0)
        size = sum(rows[level] * len(names) for level, names in self.names.items()) * _VALUE_BYTES
        if size > BYTES_MOST:
            raise too_large(at, "bytes in memory", size, BYTES_MOST)
