"""Rendering: a template and plain data in, text or a JSON value out, and always an end to it."""

from collections.abc import Callable
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes

from docchain.templating.budget import Budget, is_stream
from docchain.templating.errors import TemplateError, TemplateInvalid, TemplateLimit, TemplateUndefined
from docchain.templating.sandbox import Sandbox

Result = TypeVar("Result")

MAX_SOURCE = 100_000
MAX_OUTPUT = 1_000_000
MAX_DEPTH = 50


def render_template(source: str, context: dict[str, Any], *, autoescape: bool) -> str:
    """The template's text. ``context`` is JSON data; an unknown name in it is an error, not an empty string."""

    def rendered() -> str:
        sandbox = _sandbox(source, autoescape=autoescape)
        chunks, size = [], 0
        for chunk in sandbox.from_string(source).generate(context):
            size += len(chunk)
            if size > MAX_OUTPUT:
                raise TemplateLimit(f"the template writes more than {MAX_OUTPUT} characters")
            chunks.append(chunk)
        return "".join(chunks)

    return _translated(rendered)


def render_value(value: Any, context: dict[str, Any], *, depth: int = 0) -> Any:
    """The same JSON value with its strings rendered; a lone ``{{ expression }}`` gives the expression's own value."""
    if depth > MAX_DEPTH:
        raise TemplateLimit(f"the value is nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        return {key: render_value(item, context, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [render_value(item, context, depth=depth + 1) for item in value]
    if isinstance(value, str) and "{" in value:
        return _native(value, context)
    return value


def _native(source: str, context: dict[str, Any]) -> Any:
    def evaluated() -> Any:
        sandbox = _sandbox(source, autoescape=False)
        expression = _only_expression(sandbox.parse(source))
        if expression is None:
            return render_template(source, context, autoescape=False)
        target = nodes.Name("result", "store", lineno=1)
        tree = nodes.Template([nodes.Assign(target, expression, lineno=1)], lineno=1)
        tree.set_environment(sandbox)
        template = sandbox.from_string(tree)
        scope = template.new_context(context)
        for _ in template.root_render_func(scope):
            pass
        value = scope.vars["result"]
        value = list(value) if is_stream(value) or isinstance(value, (tuple, range)) else value
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises the error that names it
        return sandbox.budget.take(str(value) if isinstance(value, str) else value)

    return _translated(evaluated)


def _only_expression(tree: nodes.Template) -> nodes.Expr | None:
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output) or len(tree.body[0].nodes) != 1:
        return None
    only = tree.body[0].nodes[0]
    return None if isinstance(only, nodes.TemplateData) else only


def _sandbox(source: str, *, autoescape: bool) -> Sandbox:
    if len(source) > MAX_SOURCE:
        raise TemplateLimit(f"the template has {len(source)} characters, more than {MAX_SOURCE}")
    return Sandbox(Budget(), autoescape=autoescape)


def _translated(work: "Callable[[], Result]") -> "Result":
    """Jinja's and Python's errors as ours: all that a template can raise, and nothing else."""
    try:
        return work()
    except TemplateError:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise TemplateInvalid(f"line {error.lineno}: {error.message}", details={"line": error.lineno}) from error
    except jinja2.UndefinedError as error:
        raise TemplateUndefined(error.message or "an unknown name is used") from error
    except (RecursionError, MemoryError) as error:
        raise TemplateLimit("the template is nested too deeply") from error
    except SyntaxError as error:
        # Python's own bounds on the code that Jinja makes, such as 20 blocks inside each other.
        raise TemplateInvalid(f"the template cannot be compiled: {error.msg}") from error
    except (
        jinja2.TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        AssertionError,
    ) as error:
        raise TemplateError(f"the template cannot be rendered: {error}") from error
