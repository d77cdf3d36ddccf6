"""Operators that look at the size of their result before they make it."""

import operator
from collections.abc import Callable
from typing import Any

from docchain.templating.budget import MAX_INTEGER_BITS, Budget
from docchain.templating.errors import TemplateLimit

PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": operator.pow,
    "%": operator.mod,
}


def apply(budget: Budget, sign: str, left: Any, right: Any) -> Any:
    if sign == "%" and isinstance(left, str):
        raise TypeError("% takes numbers; join text with ~")
    if sign == "*" and not (_is_number(left) and _is_number(right)):
        return _repeat(budget, left, right)
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(sign, left, right)
    budget.read(left)
    budget.read(right)
    return budget.take(PLAIN[sign](left, right))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _repeat(budget: Budget, left: Any, right: Any) -> Any:
    sequence, times = (right, left) if isinstance(left, int) else (left, right)
    if not isinstance(sequence, (str, list)) or not isinstance(times, int):
        raise TypeError(f"cannot multiply {type(left).__name__} by {type(right).__name__}")
    budget.spend(len(sequence) * max(times, 0))
    return budget.take(sequence * times)


def _check_bits(sign: str, left: int, right: int) -> None:
    if sign == "*":
        bits = left.bit_length() + right.bit_length()
    elif sign == "**":
        bits = left.bit_length() * abs(right)
    else:
        return
    if bits > MAX_INTEGER_BITS:
        raise TemplateLimit(f"{left.bit_length()}-bit number {sign} {right}: the result is too large")
