"""Operations over a table, one after another: each checks what it is told against the table that it meets."""

from collections.abc import Callable, Iterable, Mapping
from functools import singledispatch
from typing import Any, Final

import polars as pl

from docchain.tasks.kinds import table_shapes as shapes
from docchain.tasks.kinds.tables.expressions import columns_of, to_condition, to_value
from docchain.tasks.kinds.tables.joining import join
from docchain.tasks.kinds.tables.limits import TableRefused
from docchain.tasks.kinds.tables.reading import checked, first_line
from docchain.tasks.kinds.tables.sizes import check_growth, check_rows

Tables = Mapping[str, pl.DataFrame]
_NUMBERS: Final = frozenset({"sum", "mean", "median", "std", "var", "quantile"})
_TYPES: Final[dict[str, Any]] = {
    "integer": pl.Int64,
    "float": pl.Float64,
    "text": pl.String,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "datetime": pl.Datetime,
}


def apply(frame: pl.DataFrame, operation: Any, tables: Tables, at: str) -> pl.DataFrame:
    """Raises ``TableRefused``, naming the operation at ``at``."""
    try:
        return checked(_applied(operation, frame, tables, at), at)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, TypeError, ValueError, OverflowError) as error:
        raise TableRefused("OPERATION_FAILED", at, f"{operation.op} cannot be done: {first_line(error)}") from None


def check_columns(frame: pl.DataFrame, wanted: Iterable[str], at: str) -> None:
    for name in wanted:
        if name not in frame.columns:
            there = ", ".join(frame.columns[:20]) or "none"
            raise TableRefused("COLUMN_UNKNOWN", at, f"there is no column {name}; there are {there}")


@singledispatch
def _applied(operation: Any, frame: pl.DataFrame, tables: Tables, at: str) -> pl.DataFrame:  # noqa: ARG001
    raise TypeError(f"{type(operation).__name__} is no operation")


@_applied.register
def _(operation: shapes.Filter, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, sorted(columns_of(operation.where)), f"{at}.where")
    return frame.filter(to_condition(operation.where))


@_applied.register
def _(operation: shapes.Select, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns, f"{at}.columns")
    return frame.select(dict.fromkeys(operation.columns))


@_applied.register
def _(operation: shapes.Drop, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns, f"{at}.columns")
    return frame.drop(operation.columns)


@_applied.register
def _(operation: shapes.Rename, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns, f"{at}.columns")
    return frame.rename(operation.columns)


@_applied.register
def _(operation: shapes.Map, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    for name, expression in operation.set.items():
        check_columns(frame, sorted(columns_of(expression)), f"{at}.set.{name}")
    made = [to_value(expression).alias(name) for name, expression in operation.set.items()]
    check_rows(frame.height, frame.lazy().with_columns(made).collect_schema(), at)
    check_growth(frame, operation.set.values(), at)
    return frame.with_columns(made)


@_applied.register
def _(operation: shapes.Group, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.by, f"{at}.by")
    for name, aggregate in operation.set.items():
        _check_aggregate(frame, aggregate, f"{at}.set.{name}")
    made = [_AGGREGATES[one.function](one).alias(name) for name, one in operation.set.items()]
    return frame.group_by(operation.by, maintain_order=True).agg(made) if operation.by else frame.select(made)


@_applied.register
def _(operation: shapes.Join, frame: pl.DataFrame, tables: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.left, f"{at}.on")
    check_columns(tables[operation.table], operation.right, f"{at}.on")
    return join(frame, tables[operation.table], operation, at)


@_applied.register
def _(operation: shapes.Sort, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    names = [key.column for key in operation.by]
    check_columns(frame, names, f"{at}.by")
    descending = [key.descending for key in operation.by]
    return frame.sort(names, descending=descending, nulls_last=True, maintain_order=True)


@_applied.register
def _(operation: shapes.Limit, frame: pl.DataFrame, _: Tables, __: str) -> pl.DataFrame:
    return frame.slice(operation.offset, operation.rows)


@_applied.register
def _(operation: shapes.Dedupe, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns or [], f"{at}.columns")
    return frame.unique(subset=operation.columns, keep=operation.keep, maintain_order=True)


@_applied.register
def _(operation: shapes.Cast, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns, f"{at}.columns")
    return frame.with_columns([_cast(frame, name, to) for name, to in operation.columns.items()])


@_applied.register
def _(operation: shapes.FillMissing, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns, f"{at}.columns")
    return frame.with_columns([pl.col(name).fill_null(pl.lit(v)) for name, v in operation.columns.items()])


@_applied.register
def _(operation: shapes.DropMissing, frame: pl.DataFrame, _: Tables, at: str) -> pl.DataFrame:
    check_columns(frame, operation.columns or [], f"{at}.columns")
    return frame.drop_nulls(operation.columns)


def _check_aggregate(frame: pl.DataFrame, aggregate: shapes.Aggregate, at: str) -> None:
    if aggregate.column is None:
        return
    check_columns(frame, [aggregate.column], at)
    dtype = frame.schema[aggregate.column]
    if aggregate.function in _NUMBERS and not (dtype.is_numeric() or dtype == pl.Boolean):
        raise TableRefused("COLUMN_NOT_NUMERIC", at, f"{aggregate.function} of {aggregate.column}, which is {dtype}")


def _cast(frame: pl.DataFrame, name: str, to: shapes.TypeName) -> pl.Expr:
    """What does not fit is an error and not a gap; texts become dates as ISO 8601 spells them."""
    column = pl.col(name)
    if frame.schema[name] == pl.String and to == "date":
        return column.str.to_date("%Y-%m-%d")
    if frame.schema[name] == pl.String and to == "datetime":
        return column.str.to_datetime()
    return column.cast(_TYPES[to])


_AGGREGATES: Final[dict[str, Callable[[Any], pl.Expr]]] = {
    "count": lambda one: pl.len() if one.column is None else pl.col(one.column).count(),
    "sum": lambda one: pl.col(one.column).sum(),
    "mean": lambda one: pl.col(one.column).mean(),
    "median": lambda one: pl.col(one.column).median(),
    "min": lambda one: pl.col(one.column).min(),
    "max": lambda one: pl.col(one.column).max(),
    "std": lambda one: pl.col(one.column).std(),
    "var": lambda one: pl.col(one.column).var(),
    "first": lambda one: pl.col(one.column).first(),
    "last": lambda one: pl.col(one.column).last(),
    "count_distinct": lambda one: pl.col(one.column).drop_nulls().n_unique(),
    "quantile": lambda one: pl.col(one.column).quantile(one.q, interpolation="linear"),
}
