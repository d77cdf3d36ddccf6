"""A stack with what is nested in it, read as one: what a nested one is told by its parameters is put back in place."""

import json
from pathlib import Path
from typing import Any

from tests.infra.reading import Template

_NESTED = "AWS::CloudFormation::Stack"


def whole(template: dict[str, Any], directory: Path) -> Template:
    """Its ``sizes`` are asked for, because each stack has 500 resources at most."""
    outer = template["Resources"]
    nested = [resource for resource in outer.values() if resource["Type"] == _NESTED]
    files = list(directory.glob("*.nested.template.json"))
    assert len(nested) == len(files) <= 1, "which file belongs to which stack is not told"
    inner = [
        _told(json.loads(file.read_text())["Resources"], stack["Properties"].get("Parameters", {}))
        for stack, file in zip(nested, files, strict=True)
    ]
    resources = {name: resource for part in (outer, *inner) for name, resource in part.items()}
    sizes = tuple(len(part) for part in (outer, *inner))
    assert len(resources) == sum(sizes)
    return Template({**template, "Resources": resources}, sizes)


def _told(value: Any, told: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"Ref"} and value["Ref"] in told:
            return told[value["Ref"]]
        return {name: _told(inner, told) for name, inner in value.items()}
    return [_told(inner, told) for inner in value] if isinstance(value, list) else value
