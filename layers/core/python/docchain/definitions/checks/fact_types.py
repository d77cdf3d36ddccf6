"""Comparisons that would fail in a run. A Choice has no Catch: its error ends the execution without our last word."""

from collections.abc import Mapping
from typing import Any

from docchain.definitions.expressions import children
from docchain.nodes.kind import FactType

Facts = Mapping[str, Mapping[str, FactType]]

ORDER = frozenset({"<", "<=", ">", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})


def type_clashes(tree: Any, facts: Facts) -> list[str]:
    """Only what is certain: the type of a parameter or of a function's result is not known here."""
    found = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (list, tuple)):
            waiting.extend(node)
            continue
        if node.type == "binary":
            found += _clash(node.value, _type(node.lhs, facts), _type(node.rhs, facts))
        waiting.extend(children(node))
    return found


def _clash(operator: str, left: str | None, right: str | None) -> list[str]:
    if operator in ORDER:
        if "boolean" in (left, right):
            return [f"'{operator}' orders numbers or strings, and one side is a boolean."]
        if left and right and left != right:
            return [f"'{operator}' compares a {left} with a {right}; use $number or $string on one side."]
    if operator in ARITHMETIC and {left, right} & {"string", "boolean"}:
        return [f"'{operator}' works on numbers, and one side is a {left if left not in (None, 'number') else right}."]
    return []


def _type(node: Any, facts: Facts) -> str | None:
    if node.type in ("number", "string"):
        return str(node.type)
    if node.type == "value":
        return "boolean" if isinstance(node.value, bool) else None
    if node.type == "path" and len(node.steps) == 3 and node.steps[0].value == "nodes":
        return facts.get(str(node.steps[1].value), {}).get(str(node.steps[2].value))
    return None
