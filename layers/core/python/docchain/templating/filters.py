"""The filters and tests a template may use.

Left out on purpose: ``format``, ``center``, ``indent``, ``batch``, ``slice`` and ``wordwrap`` can blow a small value
up, ``striptags`` and ``urlize`` take quadratic time, ``random`` breaks the promise of same input, same bytes, and
``safe`` undoes escaping.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, cast

from jinja2 import filters, pass_environment, pass_eval_context, tests
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from docchain.templating.budget import ELEMENT, Budget

FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat", "first", "float"),
    *("forceescape", "groupby", "int", "items", "last", "length", "list", "lower", "map", "max", "min", "reject"),
    *(
        "rejectattr",
        "reverse",
        "select",
        "selectattr",
        "sort",
        "string",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
    ),
    "wordcount",
)
TESTS = (
    *("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "greaterthan", "gt", "in"),
    *("integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sequence"),
    *("string", "true", "undefined", "upper", "==", "!=", ">", ">=", "<", "<="),
)
# What these take longer than a walk over their operand.
SLOW = {"sort": 4, "groupby": 4, "dictsort": 4, "unique": 2, "title": 2}
TAKES_TEXT_APART = frozenset({"sort", "groupby", "unique", "list", "map", "select", "reject", "min", "max"})
MAX_DIGITS = 15


def replace_text(budget: Budget, text: str, old: str, new: str) -> str:
    budget.spend(len(text) + str(text).count(old) * len(new))
    return text.replace(old, new)


def allowed_filters(budget: Budget) -> dict[str, Callable[..., Any]]:
    known: dict[str, Callable[..., Any]] = {
        name: _paid(budget, name, cast(Callable[..., Any], filters.FILTERS[name])) for name in FILTERS
    }
    own: dict[str, Callable[..., Any]] = {"round": _round, "sum": _sum, "tojson": _tojson}
    known |= {name: _paid(budget, name, function) for name, function in own.items()}
    return known | {"join": _join(budget), "replace": _replace(budget)}


def allowed_tests(budget: Budget) -> dict[str, Callable[..., Any]]:
    return {name: _paid(budget, name, cast(Callable[..., Any], tests.TESTS[name])) for name in TESTS}


def _paid(budget: Budget, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    # wraps() keeps the mark by which Jinja knows that a filter wants its context or environment first.
    skipped = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def paid(*args: Any, **kwargs: Any) -> Any:
        values = (*args[skipped:], *kwargs.values())
        for value in (*values, *values[:1] * SLOW.get(name, 0)):
            budget.read(value)
        if name in TAKES_TEXT_APART and isinstance(values[0], str):
            budget.spend(len(values[0]) * ELEMENT)
        return budget.take(function(*args, **kwargs))

    return paid


def _join(budget: Budget) -> Callable[..., Any]:
    @pass_eval_context
    def join(context: EvalContext, items: Iterable[Any], separator: str = "", attribute: str | None = None) -> Any:
        values = list(budget.each(items))
        for value in values:
            budget.read(value)
        budget.spend(len(str(separator)) * len(values))
        return budget.take(filters.do_join(context, values, separator, attribute))

    return join


def _replace(budget: Budget) -> Callable[..., Any]:
    @pass_eval_context
    def replace(context: EvalContext, value: Any, old: str, new: str) -> Any:
        text = value if isinstance(value, str) else str(value)
        if context.autoescape or isinstance(text, Markup):
            text, new = escape(text), escape(new)
        return budget.take(replace_text(budget, text, str(old), new))

    return replace


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if abs(precision) > MAX_DIGITS:
        raise ValueError(f"round takes at most {MAX_DIGITS} digits")
    return filters.do_round(value, precision, method)  # type: ignore[arg-type]  # it checks the method's name itself


@pass_eval_context
def _tojson(context: EvalContext, value: Any) -> Markup:
    """Without ``indent``, whose width has no bound."""
    return filters.do_tojson(context, value)


@pass_environment
def _sum(environment: Any, items: Iterable[Any], attribute: str | None = None, start: float = 0) -> Any:
    """Numbers only: a sum of lists takes quadratic time."""
    read: Callable[[Any], Any] = filters.make_attrgetter(environment, attribute)
    total: Any = start
    for item in items:
        number = read(item)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise TypeError(f"sum takes numbers, not {type(number).__name__}")
        total += number
    return total
