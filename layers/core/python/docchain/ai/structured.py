"""Answers of a given shape: whether an answer fits its schema, and in which words that is asked for."""

import json
from typing import Any

from docchain.errors import PermanentStepError
from docchain.validation.patterns import PatternRefused, is_found

PROBLEMS_MOST = 10


class SchemaInvalid(PermanentStepError):
    status = 422
    code = "SCHEMA_INVALID"


class AnswerDoesNotFit(PermanentStepError):
    """``details`` are what is wrong with the last answer."""

    status = 422
    code = "ANSWER_DOES_NOT_FIT"


def checker(schema: dict[str, Any]) -> Any:
    """A validator that asks nobody for other documents and whose patterns are linear. Raises ``SchemaInvalid``."""
    from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators
    from referencing import Registry

    def pattern(_: Any, wanted: str, instance: Any, __: Any) -> Any:
        if isinstance(instance, str) and not is_found(wanted, instance):
            yield ValidationError(f"does not match {wanted!r}")

    try:
        json.dumps(schema, ensure_ascii=False).encode()
        Draft202012Validator.check_schema(schema)
        _refuse_patterns(schema)
    except UnicodeEncodeError:
        raise SchemaInvalid("config.response_schema: holds half of a surrogate pair; send whole characters") from None
    except (SchemaError, PatternRefused) as error:
        raise SchemaInvalid(f"config.response_schema: {getattr(error, 'message', error)}") from error
    registry: Any = Registry()
    return validators.extend(Draft202012Validator, {"pattern": pattern})(schema, registry=registry)


def _refuse_patterns(schema: Any) -> None:
    """Patterns are compiled once here, so that a bad one is the schema's fault and not the answer's."""
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _refuse_patterns(part)
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            raise PatternRefused("patternProperties are not supported")
        if isinstance(schema.get("pattern"), str):
            is_found(schema["pattern"], "")


def problems_of(validator: Any, value: Any) -> list[str]:
    from referencing.exceptions import Unresolvable

    try:
        errors = sorted(validator.iter_errors(value), key=lambda e: [str(p) for p in e.absolute_path])
    except Unresolvable as error:
        raise SchemaInvalid(f"config.response_schema: {error}") from error
    found = [f"{'.'.join(str(p) for p in e.absolute_path) or 'the answer'}: {e.message[:300]}" for e in errors]
    return found[:PROBLEMS_MOST]


def is_closed(schema: Any) -> bool:
    """Whether a provider's strict mode takes it: every object closed, and every field of it required."""
    if isinstance(schema, list):
        return all(is_closed(s) for s in schema)
    if not isinstance(schema, dict):
        return True
    fields = schema.get("properties")
    if schema.get("type") == "object" or isinstance(fields, dict):
        closed = schema.get("additionalProperties") is False
        if not closed or set(schema.get("required", [])) != set(fields or {}):
            return False
    return all(is_closed(s) for s in schema.values())


def parsed(text: str) -> Any:
    """JSON as models write it, in a code fence or not. Raises ``ValueError``."""
    bare = text.strip()
    if bare.startswith("```"):
        bare = bare.split("\n", 1)[-1].rsplit("```", 1)[0]
    return json.loads(bare)
