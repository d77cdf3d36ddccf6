"""Condition and update expressions with every name and value behind a placeholder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docchain.storage.conditions import Attr, Condition, Size
from docchain.storage.items import encode


@dataclass(frozen=True)
class NextOf:
    """As the value of an assignment: what the counter of this name will be after the same write has added one."""

    name: str


def condition_expression(condition: Condition | None) -> dict[str, Any]:
    """The keyword arguments of a conditional write; none without a condition."""
    if condition is None:
        return {}
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    arguments: dict[str, Any] = {
        "ConditionExpression": _written(condition, names, values),
        "ExpressionAttributeNames": names,
    }
    if values:  # DynamoDB refuses an empty map
        arguments["ExpressionAttributeValues"] = values
    return arguments


def _written(operand: Any, names: dict[str, str], values: dict[str, Any]) -> str:
    match operand:
        case Condition(form, operands):
            return form.format(*(_written(o, names, values) for o in operands))
        case Size(name):
            return f"size({_written(Attr(name), names, values)})"
        case Attr(name):
            parts = name.split(".")
            names.update({_placeholder("c", part): part for part in parts})
            return ".".join(_placeholder("c", part) for part in parts)
    placeholder = f":c{len(values)}"
    values[placeholder] = encode(operand)
    return placeholder


def _placeholder(kind: str, part: str) -> str:
    """DynamoDB takes letters, digits and ``_``; a field of a map (a room, by its name) may have others."""
    return f"#{kind}_{part}" if re.fullmatch(r"\w+", part, re.ASCII) else f"#{kind}x_{part.encode().hex()}"


def update_expression(
    *,
    set_: dict[str, Any] | None = None,
    add: Mapping[str, float | set[str]] | None = None,
    discard: Mapping[str, set[str]] | None = None,
    remove: tuple[str, ...] = (),
    condition: Condition | None = None,
) -> dict[str, Any]:
    """A dotted name addresses a field of a map: ``counts.failed``. A value of ``None`` removes the attribute.

    ``add`` counts, or puts members into a set; ``discard`` takes members out of one.
    """
    arguments = condition_expression(condition)
    names: dict[str, str] = dict(arguments.get("ExpressionAttributeNames", {}))
    values: dict[str, Any] = dict(arguments.get("ExpressionAttributeValues", {}))
    assignments = {k: v for k, v in (set_ or {}).items() if v is not None}
    removals = (*remove, *(k for k, v in (set_ or {}).items() if v is None))

    def path(name: str) -> str:
        parts = name.split(".")
        names.update({_placeholder("u", part): part for part in parts})
        return ".".join(_placeholder("u", part) for part in parts)

    def value(content: Any) -> str:
        if isinstance(content, NextOf):
            return f"if_not_exists({path(content.name)}, {value(0)}) + {value(1)}"
        placeholder = f":u{len(values)}"
        values[placeholder] = encode(content)
        return placeholder

    clauses = []
    if assignments:
        clauses.append("SET " + ", ".join(f"{path(k)} = {value(v)}" for k, v in assignments.items()))
    if add:
        clauses.append("ADD " + ", ".join(f"{path(k)} {value(v)}" for k, v in add.items()))
    if discard:
        clauses.append("DELETE " + ", ".join(f"{path(k)} {value(v)}" for k, v in discard.items()))
    if removals:
        clauses.append("REMOVE " + ", ".join(path(k) for k in removals))
    result = {**arguments, "UpdateExpression": " ".join(clauses), "ExpressionAttributeNames": names}
    if values:
        result["ExpressionAttributeValues"] = values
    return result
