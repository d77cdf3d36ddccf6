"""ai_extract: what a text says, as JSON of a given schema."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator

from docchain.nodes.kind import NodeKind
from docchain.nodes.model_choice import ModelParameters

SCHEMA_BYTES_MOST = 16 * 1024
SCHEMA_DEPTH_MOST = 12


class Extract(ModelParameters):
    text: str | None = Field(default=None, min_length=1, max_length=100_000)
    response_schema: dict[str, Any] = Field(description="JSON Schema (2020-12) of an object.")
    instructions: str | None = Field(default=None, max_length=4000)
    max_tokens: int = Field(default=2000, ge=1, le=32_000)

    @field_validator("response_schema")
    @classmethod
    def _is_a_bounded_object(cls, schema: dict[str, Any]) -> dict[str, Any]:
        if schema.get("type") != "object":
            raise ValueError("must be the schema of an object: say type: object")
        if len(json.dumps(schema)) > SCHEMA_BYTES_MOST:
            raise ValueError(f"is larger than {SCHEMA_BYTES_MOST} bytes")
        for depth, part in _parts(schema):
            if depth > SCHEMA_DEPTH_MOST:
                raise ValueError(f"is nested deeper than {SCHEMA_DEPTH_MOST}")
            if "$ref" in part and not str(part["$ref"]).startswith("#"):
                raise ValueError("refers to another document; refer to its own $defs only")
        return schema


def _parts(value: Any, depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    if isinstance(value, dict):
        yield depth, value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children if depth <= SCHEMA_DEPTH_MOST else ():
        yield from _parts(child, depth + 1)


KIND = NodeKind(
    name="ai_extract",
    title="Extract data from a text",
    parameters=Extract,
    form="task",
    family="ai",
    effect="paid",
    templates=("text", "instructions"),
    upstream_field="text",
    timeout_seconds=180,
    facts={"fields": "number", "repaired": "boolean", "provider": "string", "model": "string"},
)
