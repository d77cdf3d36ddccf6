"""Can each template be read, and does it use only what is there when its node runs?"""

from collections.abc import Iterable, Iterator
from typing import Any

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue

ROOTS = ("errors", "input", "nodes", "params", "run")
ERROR_FIELDS = ("code", "message")


def check(definition: WorkflowDefinition) -> list[Finding]:
    return check_nodes(graph_of(definition), definition.nodes, ROOTS)


def check_nodes(graph: Graph, nodes: Iterable[NodeDefinition], roots: tuple[str, ...]) -> list[Finding]:
    return [
        finding
        for node in nodes
        for field, template in _templates(node)
        for finding in _check(graph, node, field, template, roots)
    ]


def _templates(node: NodeDefinition) -> Iterator[tuple[str, str]]:
    values = {f"config.{name}": node.config.get(name) for name in catalogue.get(node.node_type).templates}
    values |= {f"input_data.{name}": value for name, value in node.input_data.items()}
    for path, value in values.items():
        yield from _strings(path, value)


def _strings(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and "{" in value:
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _strings(f"{path}[{i}]", inner)


def _check(graph: Graph, node: NodeDefinition, field: str, template: str, roots: tuple[str, ...]) -> list[Finding]:
    # Jinja takes 100 ms to import: a definition without templates does not pay for it.
    from docchain.templating import references
    from docchain.templating.errors import TemplateError

    try:
        paths = sorted(references(template))
    except TemplateError as error:
        message = f"'{node.key}': the template in {field} cannot be read: {error.message}"
        return [Finding(code="TEMPLATE_INVALID", node=node.key, field=field, message=message)]
    problems = (_unbound(graph, node.key, path.split("."), roots) for path in paths)
    return [
        Finding(code="UNBOUND_REFERENCE", node=node.key, field=field, message=f"'{node.key}': {problem}")
        for problem in problems
        if problem
    ]


def _unbound(graph: Graph, key: str, path: list[str], roots: tuple[str, ...]) -> str | None:
    root, rest = path[0], path[1:]
    if root not in roots:
        return f"'{root}' is not known in templates. They have: {', '.join(sorted(roots))}."
    if root == "errors":
        return _unbound_error(graph, key, rest)
    if root != "nodes":
        return None
    if not rest:
        return "name the node whose output is meant: nodes.<key>.<field>."
    return unbound_node(graph, key, rest[0])


def _unbound_error(graph: Graph, key: str, rest: list[str]) -> str | None:
    """Whose error is read must come before, and must have left the run alive."""
    if not rest:
        return "name the node whose error is meant: errors.<key>.message."
    if problem := unbound_node(graph, key, rest[0]):
        return problem.replace("nodes.", "errors.", 1)
    if graph.nodes[rest[0]].on_error == "fail":
        return f"errors.{rest[0]} is never there: the run fails with '{rest[0]}'. Set its on_error to continue or goto."
    if len(rest) > 1 and rest[1] not in ERROR_FIELDS:
        return f"errors.{rest[0]} has no '{rest[1]}'. It has: {', '.join(ERROR_FIELDS)}."
    return None


def unbound_node(graph: Graph, key: str, other: str) -> str | None:
    """Why ``key`` cannot use what ``other`` made, or None when it can."""
    if other not in graph.nodes:
        return f"nodes.{other} does not exist. Nodes before it: {_before(graph, key)}."
    if other == key:
        return f"nodes.{other} is this node itself, which has no output yet."
    if not graph.precedes(other, key):
        return f"nodes.{other} does not come before this node. Add '{other}' to its depends_on."
    return None


def _before(graph: Graph, key: str) -> str:
    names = sorted(graph.ancestors(key))
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "") if names else "none"
