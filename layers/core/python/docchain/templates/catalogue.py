"""The templates that there are: a JSON file each."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from docchain.templates.models import TemplateNotFound, WorkflowTemplate


@cache
def all_templates() -> Mapping[str, WorkflowTemplate]:
    """By name, sorted."""
    places = {p.name: p for p in files(__package__).joinpath("data").iterdir() if p.name.endswith(".json")}
    found = [WorkflowTemplate.model_validate_json(places[name].read_text("utf-8")) for name in sorted(places)]
    return {template.name: template for template in found}


def template_named(name: str) -> WorkflowTemplate:
    """Raises ``TemplateNotFound``."""
    found = all_templates().get(name)
    if found is None:
        raise TemplateNotFound(name, list(all_templates()))
    return found
