"""A template's nodes with its settings put in."""

import re
from collections.abc import Mapping
from typing import Any

from docchain.templates.models import STRINGS_MOST, TEXT_MOST, Setting, SettingsInvalid, WorkflowTemplate

_MARK = re.compile(r"\[\[([a-z_]+)\]\]")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list,),
}


def settled_nodes(template: WorkflowTemplate, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Raises ``SettingsInvalid`` with all that is wrong with what was given."""
    problems = [p for name, value in given.items() if (p := _problem(name, template.settings.get(name), value))]
    if problems:
        raise SettingsInvalid(f"{problems[0]['field']}: {problems[0]['message']}", details=problems)
    values = {name: setting.default for name, setting in template.settings.items()} | dict(given)
    return [_settled(node, values) for node in template.nodes]


def _problem(name: str, setting: Setting | None, value: Any) -> dict[str, str] | None:
    field = f"parameters.{name[:80]}"
    if setting is None:
        return {"field": field, "message": "is not one of the template's parameters"}
    fits = isinstance(value, _TYPES[setting.type]) and (setting.type == "boolean") == isinstance(value, bool)
    if not fits:
        return {"field": field, "message": f"must be of the type {setting.type}"}
    texts = value if isinstance(value, list) else [value]
    if setting.type == "strings" and not (0 < len(value) <= STRINGS_MOST and all(isinstance(t, str) for t in value)):
        return {"field": field, "message": f"must be a list of 1 to {STRINGS_MOST} texts"}
    if any(isinstance(t, str) and not 0 < len(t) <= TEXT_MOST for t in texts):
        return {"field": field, "message": f"must have 1 to {TEXT_MOST} characters"}
    # It is put into templates and expressions: what is written there is the template's, not the setting's.
    if any(isinstance(t, str) and any(mark in t for mark in ("{{", "{%", "{#", "[[")) for t in texts):
        return {"field": field, "message": "must not have {{, {%, {# or [["}
    return None


def _settled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _settled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_settled(item, values) for item in value]
    if not isinstance(value, str):
        return value
    if whole := _MARK.fullmatch(value):
        return values[whole[1]]
    return _MARK.sub(lambda found: _text(values[found[1]]), value)


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
