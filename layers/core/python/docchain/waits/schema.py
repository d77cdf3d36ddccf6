"""The part of JSON Schema that a webhook's body can be held to: small, without patterns, and bounded."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.waits.errors import SchemaInvalid

KEYWORDS: Final = frozenset(
    (
        *("type", "properties", "required", "additionalProperties", "items", "enum", "const"),
        *("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "title", "description"),
    )
)
DEPTH_MOST: Final = 10
FINDINGS_MOST: Final = 10
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_BOUNDS: Final = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


def require_schema(schema: Any, path: str = "body_schema", depth: int = 0) -> None:
    """Raises ``SchemaInvalid`` with the place."""
    if not isinstance(schema, dict):
        raise SchemaInvalid(f"{path}: a schema is an object")
    if depth > DEPTH_MOST:
        raise SchemaInvalid(f"{path}: nested deeper than {DEPTH_MOST}")
    unknown = sorted(schema.keys() - KEYWORDS)
    if unknown:
        raise SchemaInvalid(f"{path}: '{unknown[0]}' is not understood; known: {', '.join(sorted(KEYWORDS))}")
    types = _types(schema)
    if any(not isinstance(name, str) or name not in _TYPES for name in types):
        raise SchemaInvalid(f"{path}.type: one or more of {', '.join(_TYPES)}")
    for name in _BOUNDS:
        if name in schema and (isinstance(schema[name], bool) or not isinstance(schema[name], int | float)):
            raise SchemaInvalid(f"{path}.{name}: a number")
    _require_containers(schema, path)
    for name, inner in schema.get("properties", {}).items():
        require_schema(inner, f"{path}.properties.{name}", depth + 1)
    if "items" in schema:
        require_schema(schema["items"], f"{path}.items", depth + 1)


def _require_containers(schema: Mapping[str, Any], path: str) -> None:
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or not _is_list_of_names(schema.get("required", [])):
        raise SchemaInvalid(f"{path}: properties is an object, and required a list of names")
    if not isinstance(schema.get("enum", []), list):
        raise SchemaInvalid(f"{path}.enum: a list")


def findings(schema: Mapping[str, Any], value: Any, path: str = "body") -> list[dict[str, str]]:
    """What is wrong with the value, at most ten things: ``{"field", "message"}``."""
    return _findings(schema, value, path)[:FINDINGS_MOST]


def _findings(schema: Mapping[str, Any], value: Any, path: str) -> list[dict[str, str]]:
    types = _types(schema)
    if types and not any(_is(value, name) for name in types):
        return [_finding(path, f"must be {' or '.join(types)}")]
    found = [_finding(path, message) for message in _against_bounds(schema, value)]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [_finding(f"{path}.{name}", "is missing") for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [_finding(f"{path}.{name}", "is not asked for") for name in value if name not in properties]
        for name in properties.keys() & value.keys():
            found += _findings(properties[name], value[name], f"{path}.{name}")
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            found += _findings(schema["items"], item, f"{path}[{i}]")
            if len(found) >= FINDINGS_MOST:
                break
    return found


def _against_bounds(schema: Mapping[str, Any], value: Any) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append("is not one of those allowed")
    if "const" in schema and value != schema["const"]:
        found.append("is not the value asked for")
    if isinstance(value, bool) or not isinstance(value, str | list | int | float):
        return found
    size: int | float
    if isinstance(value, int | float):
        size, least, most = value, "minimum", "maximum"
    else:
        size = len(value)
        least, most = ("minLength", "maxLength") if isinstance(value, str) else ("minItems", "maxItems")
    if least in schema and size < schema[least]:
        found.append(f"{least} is {schema[least]}")
    if most in schema and size > schema[most]:
        found.append(f"{most} is {schema[most]}")
    return found


def _types(schema: Mapping[str, Any]) -> list[Any]:
    given = schema.get("type", [])
    return given if isinstance(given, list) else [given]


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _finding(path: str, message: str) -> dict[str, str]:
    return {"field": path, "message": message}
