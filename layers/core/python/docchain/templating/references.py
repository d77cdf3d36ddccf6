"""Which values of the context a template reads, found without rendering it."""

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docchain.templating import grammar
from docchain.templating.errors import TemplateInvalid, TemplateLimit
from docchain.templating.methods import MAPPING, TEXT
from docchain.templating.render import MAX_SOURCE

SUPPLIED = frozenset({"range"})


def references(source: str) -> set[str]:
    """Dotted paths from the context's roots, as far as they are constant: ``{"nodes.summary.text", "item"}``."""
    if len(source) > MAX_SOURCE:
        raise TemplateLimit(f"the template has {len(source)} characters, more than {MAX_SOURCE}")
    try:
        tree = ImmutableSandboxedEnvironment().parse(source)
        grammar.check(tree)
        roots = find_undeclared_variables(tree) - SUPPLIED
    except TemplateSyntaxError as error:
        raise TemplateInvalid(f"line {error.lineno}: {error.message}", details={"line": error.lineno}) from error
    except RecursionError as error:
        raise TemplateLimit("the template is nested too deeply") from error
    found: set[str] = set()
    _collect(tree, roots, found)
    return found


def _collect(node: nodes.Node, roots: set[str], found: set[str], *, called: bool = False) -> None:
    path = _path(node)
    if path and path[0] in roots:
        is_method = called and len(path) > 1 and path[-1] in TEXT | MAPPING
        found.add(".".join(path[:-1] if is_method else path))
        return
    for child in node.iter_child_nodes():
        _collect(child, roots, found, called=isinstance(node, nodes.Call) and child is node.node)


def _path(node: nodes.Node) -> list[str]:
    """Empty when the expression is not a chain of constant names."""
    names: list[str] = []
    while True:
        if isinstance(node, nodes.Name):
            return [node.name, *reversed(names)] if node.ctx == "load" else []
        if isinstance(node, nodes.Getattr):
            names.append(node.attr)
            node = node.node
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            names.append(str(node.arg.value))
            node = node.node
        else:
            return []
