"""The rules of a schema, read and checked before any data is looked at."""

from collections.abc import Callable
from typing import Any, Final

from docchain.characters import is_whole
from docchain.validation.errors import InvalidRules
from docchain.validation.formats import FORMATS
from docchain.validation.limits import ENUM_MOST, ERRORS_MOST, FIELDS_MOST
from docchain.validation.patterns import PatternRefused, compiled

Rules = dict[str, Any]
"""The rules of one value: ``{"type": "string", "min_length": 1}``."""

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")


def check_schema(schema: dict[str, Any]) -> None:
    """Raises ``InvalidRules`` with the rules that cannot be followed, at most a hundred."""
    faults: list[tuple[str, str]] = []
    fields = 0
    pending: list[tuple[str, Any]] = [(f"schema.{name}", rules) for name, rules in schema.items()]
    while pending:
        path, rules = pending.pop(0)
        fields += 1
        if not is_whole(path):
            raise InvalidRules([(path, "holds half of a surrogate pair")])
        if fields > FIELDS_MOST:
            raise InvalidRules([("schema", f"has more than {FIELDS_MOST} fields")])
        if not isinstance(rules, dict):
            faults.append((path, "is not an object of rules"))
            continue
        faults += [(f"{path}.{name}", fault) for name, value in rules.items() if (fault := _fault(name, value))]
        if isinstance(inner := rules.get("properties"), dict):
            pending += [(f"{path}.properties.{name}", more) for name, more in inner.items()]
        if "items" in rules:
            pending.append((f"{path}.items", rules["items"]))
    if faults:
        raise InvalidRules(faults[:ERRORS_MOST])


def _fault(name: str, value: Any) -> str | None:
    if name not in _CHECKS:
        return f"is no rule; there are: {', '.join(_CHECKS)}"
    return _CHECKS[name](value)


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "is neither true nor false"


def _type(value: Any) -> str | None:
    return None if isinstance(value, str) and value in TYPES else f"is none of: {', '.join(TYPES)}"


def _count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and value >= 0 else "is not a whole number from 0"


def _bound(value: Any) -> str | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) else "is not a number"


def _choices(value: Any) -> str | None:
    return None if isinstance(value, list) and 0 < len(value) <= ENUM_MOST else f"is not a list of 1 to {ENUM_MOST}"


def _pattern(value: Any) -> str | None:
    if not isinstance(value, str):
        return "is not a text"
    try:
        compiled(value)
    except PatternRefused as refused:
        return str(refused)
    return None


def _nested(value: Any) -> str | None:
    return None if isinstance(value, dict) else "is not an object"


def _format(value: Any) -> str | None:
    return None if isinstance(value, str) and value in FORMATS else f"is none of: {', '.join(FORMATS)}"


_CHECKS: Final[dict[str, Callable[[Any], str | None]]] = {
    "required": _flag,
    "type": _type,
    "min_length": _count,
    "max_length": _count,
    "min": _bound,
    "max": _bound,
    "enum": _choices,
    "pattern": _pattern,
    "items": _nested,
    "properties": _nested,
    "format": _format,
}
