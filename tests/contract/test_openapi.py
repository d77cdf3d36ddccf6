"""The merged document is current, complete, and has an example for every body."""

import json
from typing import Any

import pytest

from infra.openapi import TARGET, all_routes, document

DOCUMENT: dict[str, Any] = json.loads(TARGET.read_text())
OPERATIONS = [(m, p, o) for p, operations in DOCUMENT["paths"].items() for m, o in operations.items()]


def test_the_document_is_current() -> None:
    assert document() == DOCUMENT, "run `make openapi`"


def test_every_route_of_every_group_is_in_it() -> None:
    served = {(m.lower(), p) for m, p, route in all_routes() if route.include_in_schema}
    assert served == {(m, p) for m, p, _ in OPERATIONS}


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_route_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert {"401", "404", "422", "503"} <= operation["responses"].keys()


def test_every_json_body_has_an_example() -> None:
    missing = []
    for method, path, operation in OPERATIONS:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content and not _has_example(content["application/json"]["schema"]):
            missing.append(f"{method} {path}")
    assert missing == []


def _has_example(schema: dict[str, Any]) -> bool:
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    inner = [s for s in schema.get("anyOf", []) if s.get("type") != "null"]
    properties = schema.get("properties", {}).values()
    of_fields = bool(properties) and all("examples" in p or "default" in p for p in properties)
    return "examples" in schema or of_fields or any(_has_example(s) for s in inner)
