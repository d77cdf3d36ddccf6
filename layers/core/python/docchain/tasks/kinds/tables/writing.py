"""A table as a file, and its first rows as JSON. The same table gives the same bytes."""

import json
from io import BytesIO
from typing import Any, Final

import polars as pl
import polars.selectors as cs

from docchain.tasks.kinds.table_shapes import Format
from docchain.tasks.kinds.tables.limits import ROWS_SHOWN, SHOWN_BYTES_MOST, TableRefused
from docchain.tasks.kinds.tables.reading import first_line

MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


def written(frame: pl.DataFrame, form: Format) -> bytes:
    """Raises ``TableRefused`` for columns that the format has no form for."""
    out = BytesIO()
    try:
        match form:
            case "csv":
                frame.write_csv(out)
            case "json":
                finite(frame).write_json(out)
            case "ndjson":
                finite(frame).write_ndjson(out)
            case "parquet":
                frame.write_parquet(out, compression="zstd", statistics=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = f"the table cannot be written as {form}: {first_line(error)}"
        raise TableRefused("TABLE_UNWRITABLE", "output.format", message) from None
    return out.getvalue()


def finite(frame: pl.DataFrame) -> pl.DataFrame:
    """JSON has neither infinity nor what is no number: both are missing there."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns([pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats])


def shown(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The first rows, as many as fit into a result; bytes as base64. Raises ``TableRefused`` for lists of bytes."""
    first = finite(frame.head(ROWS_SHOWN)).with_columns(cs.binary().bin.encode("base64"))
    try:
        rows: list[dict[str, Any]] = json.loads(first.write_json() or "[]")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = f"a column has no form in JSON: {first_line(error)}"
        raise TableRefused("TABLE_UNWRITABLE", "output", message) from None
    while rows and len(json.dumps(rows)) > SHOWN_BYTES_MOST:
        rows = rows[: len(rows) // 2]
    return rows


def columns_told(frame: pl.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.schema.items()}
