"""Prompts rendered in the sandbox, with variables that are what they were said to be."""

from typing import Any, Final

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docchain.ai.templates.errors import PromptInvalid, VariablesInvalid
from docchain.ai.templates.models import Prompt, PromptText, Rendered, Variable
from docchain.templating import references, render_template
from docchain.templating.errors import TemplateError

_NOT_HERE: Final = frozenset({"cycler", "dict", "joiner", "lipsum", "namespace"})
"""Jinja's own, which the sandbox leaves out."""
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "object": (dict,),
}


def check_prompt(text: PromptText) -> None:
    """Raises ``PromptInvalid``: what is kept can be rendered by whoever has its variables."""
    names = [variable.name for variable in text.variables]
    twice = sorted({name for name in names if names.count(name) > 1})
    wrong = [{"field": "variables", "message": f"{name} is there twice"} for name in twice]
    for field in ("template", "system"):
        try:
            used = _names(getattr(text, field))
        except TemplateError as error:
            wrong.append({"field": field, "message": error.message})
            continue
        wrong += [{"field": field, "message": f"{name} is no variable"} for name in sorted(used - set(names))]
    for variable in text.variables:
        if variable.default is not None and not _fits(variable, variable.default):
            wrong.append({"field": f"variables.{variable.name}", "message": f"its default is no {variable.type}"})
    if wrong:
        raise PromptInvalid("; ".join(f"{w['field']}: {w['message']}" for w in wrong[:5]), details=wrong)


def _names(source: str) -> set[str]:
    """What the sandbox would be asked for: roots, hidden attributes, and names that only Jinja has."""
    paths = [path.split(".") for path in references(source)]
    hidden = {".".join(path) for path in paths if any(part.startswith("_") for part in path)}
    tree = ImmutableSandboxedEnvironment().parse(source)
    return {path[0] for path in paths} | hidden | ({found.name for found in tree.find_all(nodes.Name)} & _NOT_HERE)


def rendered(prompt: Prompt, values: dict[str, Any]) -> Rendered:
    """Raises ``VariablesInvalid``, and ``VariablesInvalid`` as well for what the sandbox refuses."""
    context = _context(prompt, values)
    try:
        text = render_template(prompt.template, context, autoescape=False)
        system = render_template(prompt.system, context, autoescape=False)
    except TemplateError as error:
        raise VariablesInvalid(error.message, details=[{"field": "variables", "message": error.message}]) from error
    return Rendered(prompt=text, system=system, version=f"{prompt.name}@{prompt.version}")


def _context(prompt: Prompt, values: dict[str, Any]) -> dict[str, Any]:
    known = {variable.name: variable for variable in prompt.variables}
    wrong = [
        {"field": f"variables.{name}", "message": "is no variable"} for name in sorted(values.keys() - known.keys())
    ]
    context: dict[str, Any] = {}
    for name, variable in known.items():
        value = values.get(name, variable.default)
        if value is None and variable.required:
            wrong.append({"field": f"variables.{name}", "message": "is missing"})
        elif value is not None and not _fits(variable, value):
            wrong.append({"field": f"variables.{name}", "message": f"is no {variable.type}"})
        context[name] = value
    if wrong:
        raise VariablesInvalid("; ".join(f"{w['field']}: {w['message']}" for w in wrong[:5]), details=wrong)
    return context


def _fits(variable: Variable, value: Any) -> bool:
    # In Python a truth value is a number as well.
    if isinstance(value, bool):
        return variable.type == "boolean"
    return isinstance(value, _TYPES[variable.type])
