"""Checks data against the rules of a schema and says, field by field, what does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docchain.characters import is_whole
from docchain.validation.formats import has_format
from docchain.validation.limits import ERRORS_MOST, check_depth
from docchain.validation.patterns import is_found
from docchain.validation.rules import Rules, check_schema


@dataclass(frozen=True)
class Fault:
    """``field`` is a path: ``address.lines.0``."""

    field: str
    message: str


def check(data: dict[str, Any], schema: dict[str, Any]) -> list[Fault]:
    """At most a hundred. Fields without rules are not looked at.

    Raises ``InvalidRules`` for rules that cannot be followed, ``ValidationFailed`` for what is nested too deep.
    """
    check_depth("data", data)
    check_depth("schema", schema)
    check_schema(schema)
    found: list[Fault] = []
    for fault in _object("", data, schema):
        found.append(fault)
        if len(found) == ERRORS_MOST:
            break
    return found


def _object(path: str, data: dict[str, Any], schema: dict[str, Any]) -> Iterator[Fault]:
    for name, rules in schema.items():
        field = f"{path}{name}"
        if name in data:
            yield from _value(field, data[name], rules)
        elif rules.get("required"):
            yield Fault(field, "is required")


def _value(field: str, value: Any, rules: Rules) -> Iterator[Fault]:
    kind = rules.get("type")
    if kind and not _is(kind, value):
        yield Fault(field, f"is not of type {kind}")
        return  # the rest would only say the same again
    if "enum" in rules and not any(_same(value, choice) for choice in rules["enum"]):
        yield Fault(field, "is none of the values allowed")
    match value:
        case str():
            yield from _text(field, value, rules)
        case bool() | None:
            return
        case int() | float():
            yield from _number(field, value, rules)
        case list():
            yield from _length(field, value, rules, "items")
            if "items" in rules:
                for index, inner in enumerate(value):
                    yield from _value(f"{field}.{index}", inner, rules["items"])
        case dict():
            yield from _object(f"{field}.", value, rules.get("properties", {}))


def _text(field: str, value: str, rules: Rules) -> Iterator[Fault]:
    if not is_whole(value):
        yield Fault(field, "holds half of a surrogate pair")
        return
    yield from _length(field, value, rules, "characters")
    if "pattern" in rules and not is_found(rules["pattern"], value):
        yield Fault(field, "does not match the pattern")
    if "format" in rules and not has_format(rules["format"], value):
        yield Fault(field, f"is not of the format {rules['format']}")


def _number(field: str, value: float, rules: Rules) -> Iterator[Fault]:
    if "min" in rules and value < rules["min"]:
        yield Fault(field, f"is less than {rules['min']}")
    if "max" in rules and value > rules["max"]:
        yield Fault(field, f"is more than {rules['max']}")


def _length(field: str, value: str | list[Any], rules: Rules, of: str) -> Iterator[Fault]:
    if len(value) < rules.get("min_length", 0):
        yield Fault(field, f"has fewer than {rules['min_length']} {of}")
    if "max_length" in rules and len(value) > rules["max_length"]:
        yield Fault(field, f"has more than {rules['max_length']} {of}")


def _is(kind: str, value: Any) -> bool:
    """JSON's types: true is no number, and 1.0 is a whole one."""
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
    return value is None


def _same(one: Any, other: Any) -> bool:
    """Python says that ``True == 1``; JSON does not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
