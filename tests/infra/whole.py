"""A stack with what is nested in it, read as one: what a nested one is told by its parameters is put back in place."""

import json
from pathlib import Path
from typing import Any

from tests.infra.reading import Template

_NESTED = "AWS::CloudFormation::Stack"


def whole(template: dict[str, Any], directory: Path) -> Template:
    outer = template["Resources"]
    nested = [resource for resource in outer.values() if resource["Type"] == _NESTED]
    files = list(directory.glob("*.nested.template.json"))
    assert len(nested) == len(files) <= 1, "which file belongs to which stack is not told"
    inner = [json.loads(file.read_text()) for file in files]
    resources = dict(outer)
    for stack, part in zip(nested, inner, strict=True):
        found = _told(part["Resources"], stack["Properties"].get("Parameters", {}))
        assert not found.keys() & resources.keys()
        resources |= found
    return Template({**template, "Resources": resources}, (template, *inner))


def _told(value: Any, told: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"Ref"} and value["Ref"] in told:
            return told[value["Ref"]]
        return {name: _told(inner, told) for name, inner in value.items()}
    return [_told(inner, told) for inner in value] if isinstance(value, list) else value
