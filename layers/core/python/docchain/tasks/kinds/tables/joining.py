"""Joins whose size is known before they are made: a key that stands often on both sides multiplies."""

import polars as pl

from docchain.tasks.kinds.table_shapes import Join
from docchain.tasks.kinds.tables.limits import BYTES_MOST, ROWS_MOST, too_large
from docchain.tasks.kinds.tables.sizes import rows_size

_COUNT = "__rows"


def join(left: pl.DataFrame, right: pl.DataFrame, operation: Join, at: str) -> pl.DataFrame:
    """Raises ``TableRefused`` for a result that is too large. Missing values meet nothing."""
    if operation.how not in ("semi", "anti"):
        rows = _matches(left, right, operation)
        if rows > ROWS_MOST:
            raise too_large(at, "pairs of rows", rows, ROWS_MOST)
        if (size := rows_size(rows, left.schema) + rows_size(rows, right.schema)) > BYTES_MOST:
            raise too_large(at, "bytes in memory", size, BYTES_MOST)
    return left.join(
        right,
        left_on=operation.left,
        right_on=operation.right,
        how=operation.how,
        suffix=operation.suffix,
        coalesce=None if operation.how in ("semi", "anti") else True,
        maintain_order="left_right" if operation.how != "right" else "right_left",
    )


def _matches(left: pl.DataFrame, right: pl.DataFrame, operation: Join) -> int:
    ours = left.group_by(operation.left).agg(pl.len().cast(pl.Int64).alias(_COUNT))
    theirs = right.group_by(operation.right).agg(pl.len().cast(pl.Int64).alias(_COUNT))
    pairs = ours.join(theirs, left_on=operation.left, right_on=operation.right, how="inner", suffix="_theirs")
    return int((pairs[_COUNT] * pairs[f"{_COUNT}_theirs"]).sum())
