"""What a node reads, for a plan: the nodes before it, and the parameters of the run."""

from collections.abc import Iterator
from typing import Any

from docchain.definitions.expressions import children, parse_expression
from docchain.definitions.foreach import FOREACH, chain_inside
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.steps.needs import needs_of, texts_of
from docchain.templating.references import references

PARAMETERS = ("params", "input")


def nodes_read(definition: WorkflowDefinition, node: NodeDefinition) -> set[str]:
    """Keys of this definition. A foreach also reads what the nodes inside it do."""
    keys = {n.key for n in definition.nodes}
    read = {*needs_of(definition, node, catalogue.get(node.node_type))}
    read |= {reference.node for source in _expressions(node) for reference in parse_expression(source).references}
    if node.node_type == FOREACH:
        chain = chain_inside(node)
        inside = {n.key for n in chain.nodes}
        read |= set().union(*(nodes_read(chain, n) | _outer(chain, n) for n in chain.nodes)) - inside
    return (read & keys) - {node.key}


def reads_parameter(node: NodeDefinition, names: set[str]) -> bool:
    """Whether its config or input names one of these; a whole of ``params`` is each of them."""
    if not names:
        return False
    found = {path for text in _texts(node) for path in references(text)}
    for path in found:
        root, _, rest = path.partition(".")
        if root in PARAMETERS and (not rest or rest.split(".")[0] in names):
            return True
    return any(_names_parameter(parse_expression(source).tree, names) for source in _expressions(node))


def _outer(chain: WorkflowDefinition, node: NodeDefinition) -> set[str]:
    return set(needs_of(chain, node, catalogue.get(node.node_type)))


def _expressions(node: NodeDefinition) -> list[str]:
    inside = chain_inside(node).nodes if node.node_type == FOREACH else ()
    return [source for n in (node, *inside) for _, source in catalogue.get(n.node_type).expressions_for(n.config)]


def _texts(node: NodeDefinition) -> Iterator[str]:
    """Its templates; those of what has expressions are none, and are looked at by themselves."""
    yield from texts_of(node.input_data)
    if node.node_type == FOREACH:
        yield from texts_of(node.config.get("items"))
        for inner in chain_inside(node).nodes:
            yield from _texts(inner)
        return
    for name in catalogue.get(node.node_type).templates:
        yield from texts_of(node.config.get(name))


def _names_parameter(tree: Any, names: set[str]) -> bool:
    """In an expression: ``params.<name>``, or ``params`` reached in some other way."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (list, tuple)):
            waiting.extend(node)
            continue
        if node.type == "path" and getattr(node.steps[0], "value", None) == "params":
            second = node.steps[1] if len(node.steps) > 1 else None
            if second is None or second.type != "name" or second.value in names:
                return True
        waiting.extend(children(node))
    return False
