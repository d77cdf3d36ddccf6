"""Declared expressions become the engine's own objects. There is no text in between that could be anything else."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from docchain.tasks.kinds.table_expressions import (
    AllOf,
    AnyOf,
    Call,
    Choose,
    ColumnValue,
    Compare,
    LiteralValue,
    Not,
)

_INTEGER, _FLOAT, _TEXT = pl.Int64, pl.Float64, pl.String


def to_value(node: Any) -> pl.Expr:
    match node:
        case ColumnValue():
            return pl.col(node.column)
        case LiteralValue():
            return pl.lit(node.value)
        case Call():
            return _CALLS[node.call]([to_value(argument) for argument in node.of])
        case Choose():
            return pl.when(to_condition(node.condition)).then(to_value(node.then)).otherwise(to_value(node.otherwise))
    raise TypeError(f"{type(node).__name__} is no expression")


def to_condition(node: Any) -> pl.Expr:
    """Never missing: a comparison with what is missing is false, and its negation true."""
    match node:
        case AllOf():
            return pl.all_horizontal([to_condition(part) for part in node.all])
        case AnyOf():
            return pl.any_horizontal([to_condition(part) for part in node.any])
        case Not():
            return ~to_condition(node.no)
        case Compare():
            return _compared(node).fill_null(False)
    raise TypeError(f"{type(node).__name__} is no condition")


def columns_of(node: Any) -> set[str]:
    """That are read."""
    match node:
        case ColumnValue():
            return {node.column}
        case Compare():
            return {node.column} | ({node.other} if node.other else set())
        case Call():
            return set().union(*map(columns_of, node.of))
        case Choose():
            return set().union(*map(columns_of, (node.condition, node.then, node.otherwise)))
        case AllOf():
            return set().union(*map(columns_of, node.all))
        case AnyOf():
            return set().union(*map(columns_of, node.any))
        case Not():
            return columns_of(node.no)
    return set()


def _compared(node: Compare) -> pl.Expr:
    column = pl.col(node.column)
    if node.comparison == "is_missing":
        return column.is_null()
    if node.comparison == "is_present":
        return column.is_not_null()
    if node.values is not None:
        return _COMPARED_WITH_MANY[node.comparison](column, node.values)
    return _COMPARED[node.comparison](column, pl.col(node.other) if node.other else pl.lit(node.value))


def to_text(value: pl.Expr) -> pl.Expr:
    return value.cast(_TEXT)


_COMPARED: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "equals": lambda a, b: a == b,
    "not_equals": lambda a, b: a != b,
    "greater_than": lambda a, b: a > b,
    "less_than": lambda a, b: a < b,
    "at_least": lambda a, b: a >= b,
    "at_most": lambda a, b: a <= b,
    "contains": lambda a, b: to_text(a).str.contains(to_text(b), literal=True),
    "not_contains": lambda a, b: ~to_text(a).str.contains(to_text(b), literal=True),
    "starts_with": lambda a, b: to_text(a).str.starts_with(to_text(b)),
    "ends_with": lambda a, b: to_text(a).str.ends_with(to_text(b)),
    # In linear time whatever the pattern: the engine's are automata.
    "regex_match": lambda a, b: to_text(a).str.contains(to_text(b), strict=True),
}
_COMPARED_WITH_MANY: Final[dict[str, Callable[[pl.Expr, list[Any]], pl.Expr]]] = {
    "in_list": lambda a, values: pl.any_horizontal([a == pl.lit(value) for value in values]),
    "not_in_list": lambda a, values: ~pl.any_horizontal([a == pl.lit(value) for value in values]),
    "between": lambda a, values: (a >= pl.lit(values[0])) & (a <= pl.lit(values[1])),
}


def _divided(over: pl.Expr, by: pl.Expr) -> pl.Expr:
    """Missing where there is nothing to divide by."""
    return pl.when(by != 0).then(over / by)


def _only_above_zero(value: pl.Expr, result: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(result)


def _folded(combine: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[list[pl.Expr]], pl.Expr]:
    def fold(of: list[pl.Expr]) -> pl.Expr:
        result = of[0]
        for each in of[1:]:
            result = combine(result, each)
        return result

    return fold


_CALLS: Final[dict[str, Callable[[list[pl.Expr]], pl.Expr]]] = {
    "add": _folded(lambda a, b: a + b),
    "subtract": lambda of: of[0] - of[1],
    "multiply": _folded(lambda a, b: a * b),
    "divide": lambda of: _divided(*of),
    "modulo": lambda of: pl.when(of[1] != 0).then(of[0] % of[1]),
    "power": lambda of: of[0].cast(_FLOAT).pow(of[1].cast(_FLOAT)),
    "negate": lambda of: -of[0],
    "absolute": lambda of: of[0].abs(),
    "round": lambda of: _rounded(*of),
    "floor": lambda of: of[0].floor(),
    "ceiling": lambda of: of[0].ceil(),
    "square_root": lambda of: pl.when(of[0] >= 0).then(of[0].sqrt()),
    "logarithm": lambda of: _only_above_zero(of[0], of[0].log()),
    "minimum": pl.min_horizontal,
    "maximum": pl.max_horizontal,
    "concat": lambda of: pl.concat_str([to_text(part) for part in of], ignore_nulls=True),
    "lower": lambda of: to_text(of[0]).str.to_lowercase(),
    "upper": lambda of: to_text(of[0]).str.to_uppercase(),
    "trim": lambda of: to_text(of[0]).str.strip_chars(),
    "length": lambda of: to_text(of[0]).str.len_chars(),
    "replace": lambda of: to_text(of[0]).str.replace_all(to_text(of[1]), to_text(of[2]), literal=True),
    "slice": lambda of: to_text(of[0]).str.slice(of[1].cast(_INTEGER), of[2].cast(pl.UInt32)),
    "split_part": lambda of: to_text(of[0]).str.split(to_text(of[1])).list.get(of[2].cast(_INTEGER), null_on_oob=True),
    "year": lambda of: of[0].dt.year(),
    "month": lambda of: of[0].dt.month(),
    "day": lambda of: of[0].dt.day(),
    # As the platform counts: 0 is Monday.
    "weekday": lambda of: of[0].dt.weekday() - 1,
    "hour": lambda of: of[0].dt.hour(),
    "days_between": lambda of: (of[1] - of[0]).dt.total_days(),
    "parse_date": lambda of: _parsed_date(*of),
    "coalesce": pl.coalesce,
    "to_integer": lambda of: of[0].cast(_FLOAT, strict=False).cast(_INTEGER, strict=False),
    "to_float": lambda of: of[0].cast(_FLOAT, strict=False),
    "to_text": lambda of: to_text(of[0]),
    "is_missing": lambda of: of[0].is_null(),
}


def _rounded(value: pl.Expr, digits: pl.Expr | None = None) -> pl.Expr:
    """``digits`` is a literal, 0 unless it is given; half goes away from zero."""
    return value.round(_literal(digits, 0), mode="half_away_from_zero")


def _parsed_date(value: pl.Expr, form: pl.Expr | None = None) -> pl.Expr:
    """What is no date of that form (``%Y-%m-%d`` unless it is given) is missing."""
    return to_text(value).str.to_date(_literal(form, "%Y-%m-%d"), strict=False)


def _literal(expression: pl.Expr | None, default: Any) -> Any:
    return default if expression is None else pl.select(expression).item()
