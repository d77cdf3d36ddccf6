"""Documents and rows become tables, within stated limits."""

import json
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final

import polars as pl

from docchain.tasks.kinds.table_shapes import Format
from docchain.tasks.kinds.tables.limits import (
    BYTES_MOST,
    COLUMNS_MOST,
    ROWS_MOST,
    TableRefused,
    too_large,
)
from docchain.tasks.kinds.tables.sizes import Spread, check_rows, size_of

FORMATS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_SEPARATORS: Final = ",;\t|"
_LOOKED_AT: Final = 50
_PARQUET: Final = b"PAR1"
_QUOTED: Final = re.compile(rb'"[^"]*"')
_FIRST_LINE: Final = re.compile(rb'(?:[^"\r\n]++|"[^"]*+")*+')
"""A line break between quotes does not end it."""


def format_of(filename: str, data: bytes, said: Format | None, at: str) -> Format:
    """Raises ``TableRefused`` for a name that says nothing."""
    if said:
        return said
    if data.startswith(_PARQUET):
        return "parquet"
    found = FORMATS.get(PurePosixPath(filename.lower()).suffix)
    if found is None:
        raise TableRefused("FORMAT_UNKNOWN", at, f"{filename} does not say what it is; name its format")
    return found


def read_table(data: bytes, form: Format, separator: str | None, at: str) -> pl.DataFrame:
    """Raises ``TableRefused``."""
    readers: dict[Format, Callable[[], pl.DataFrame]] = {
        "csv": lambda: _csv(data, separator, at),
        "json": lambda: _json(data, at),
        "ndjson": lambda: _ndjson(data, at),
        "parquet": lambda: _parquet(data, at),
    }
    try:
        frame = readers[form]()
    except pl.exceptions.NoDataError:
        frame = pl.DataFrame()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, UnicodeDecodeError, OSError) as error:
        raise TableRefused("TABLE_UNREADABLE", at, f"this is no {form} that can be read: {first_line(error)}") from None
    return checked(frame, at)


def read_rows(rows: list[dict[str, Any]], at: str) -> pl.DataFrame:
    """A column is of the one type that all its values have; whole and broken numbers together are broken ones."""
    try:
        _check_spread(rows, at)
        return checked(pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame(), at)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, TypeError, OverflowError) as error:
        raise TableRefused("TABLE_UNREADABLE", at, f"the rows do not fit together: {first_line(error)}") from None


def checked(frame: pl.DataFrame, at: str) -> pl.DataFrame:
    """Raises ``TableRefused`` for more than one task may work on."""
    for what, count, most in (
        ("rows", frame.height, ROWS_MOST),
        ("columns", frame.width, COLUMNS_MOST),
        ("bytes in memory", size_of(frame), BYTES_MOST),
    ):
        if count > most:
            raise too_large(at, what, count, most)
    for name in frame.columns:
        if name == "*" or (name.startswith("^") and name.endswith("$")):
            # The engine would take it for a pattern, and for other columns than it.
            raise TableRefused("COLUMN_NAME_REFUSED", at, f"{name} is no name of a column; give it another")
    return frame


def first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]


def _csv(data: bytes, separator: str | None, at: str) -> pl.DataFrame:
    text = data.removeprefix(b"\xef\xbb\xbf")
    text.decode()  # the engine itself lets a broken header pass
    sign = separator or _separator(text)
    _check_header(text, sign, at)
    return pl.read_csv(
        text,
        separator=sign,
        infer_schema_length=10_000,
        try_parse_dates=True,
        truncate_ragged_lines=False,
    )


def _check_header(text: bytes, separator: str, at: str) -> None:
    """Each column is an object of the engine's: millions of them take hours, and all there is of memory."""
    header = _FIRST_LINE.match(text)
    columns = _QUOTED.sub(b"", header.group()).count(separator.encode()) + 1 if header else 1
    if columns > COLUMNS_MOST:
        raise too_large(at, "columns", columns, COLUMNS_MOST)


def _separator(data: bytes) -> str:
    """The sign that stands equally often in most of the first lines."""
    lines = [line for line in data[:100_000].decode(errors="replace").splitlines()[:_LOOKED_AT] if line.strip()]

    def weight(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=weight) if lines else ","


def _json(data: bytes, at: str) -> pl.DataFrame:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TableRefused("TABLE_UNREADABLE", at, f"this is no JSON: {first_line(error)}") from None
    rows = value.get("rows", value.get("data")) if isinstance(value, dict) else value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableRefused("TABLE_UNREADABLE", at, "a JSON table is a list of objects, or an object with one as rows")
    if len(rows) > ROWS_MOST:
        raise too_large(at, "rows", len(rows), ROWS_MOST)
    return read_rows(rows, at)


def _ndjson(data: bytes, at: str) -> pl.DataFrame:
    try:
        _check_spread((json.loads(line) for line in data.splitlines() if line.strip()), at)
    except (ValueError, RecursionError) as error:
        raise TableRefused("TABLE_UNREADABLE", at, f"a line is no JSON: {first_line(error)}") from None
    return pl.read_ndjson(BytesIO(data), infer_schema_length=None)


def _check_spread(rows: Iterable[Any], at: str) -> None:
    """A few megabytes of objects that share no name would be a table of gaps without end."""
    spread = Spread()
    for row in rows:
        spread.add(row)
    spread.check(at)


def _parquet(data: bytes, at: str) -> pl.DataFrame:
    """Its footer tells its rows and columns: what would unpack to too much is not unpacked."""
    lazy = pl.scan_parquet(BytesIO(data))
    rows, schema = lazy.select(pl.len()).collect().item(), lazy.collect_schema()
    for what, count, most in (("rows", rows, ROWS_MOST), ("columns", len(schema), COLUMNS_MOST)):
        if count > most:
            raise too_large(at, what, count, most)
    check_rows(rows, schema, at)
    return pl.read_parquet(BytesIO(data))
