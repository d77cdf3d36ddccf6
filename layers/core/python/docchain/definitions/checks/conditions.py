"""Is each expression one that Step Functions can run, over facts that are there when it is asked?"""

from docchain.definitions.checks.fact_types import type_clashes
from docchain.definitions.checks.findings import Finding
from docchain.definitions.checks.templates import unbound_node
from docchain.definitions.expressions import ExpressionInvalid, Reference, parse_expression
from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue


def check(definition: WorkflowDefinition) -> list[Finding]:
    graph = graph_of(definition)
    return [
        finding
        for node in definition.nodes
        for field, source in catalogue.get(node.node_type).expressions_for(node.config)
        for finding in _check(graph, node, field, source)
    ]


def _check(graph: Graph, node: NodeDefinition, field: str, source: str) -> list[Finding]:
    try:
        expression = parse_expression(source)
    except ExpressionInvalid as error:
        message = f"'{node.key}': the expression cannot be used: {error}"
        return [Finding(code="EXPRESSION_INVALID", node=node.key, field=field, message=message)]
    problems = [problem for one in expression.references if (problem := _unbound(graph, node.key, one))]
    code = "UNBOUND_REFERENCE"
    if not problems:
        code = "EXPRESSION_TYPES"
        problems = type_clashes(
            expression.tree, {name: catalogue.get(graph.nodes[name].node_type).facts for name in graph.nodes}
        )
    return [Finding(code=code, node=node.key, field=field, message=f"'{node.key}': {problem}") for problem in problems]


def _unbound(graph: Graph, key: str, reference: Reference) -> str | None:
    problem = unbound_node(graph, key, reference.node)
    if problem:
        return problem
    kind = catalogue.get(graph.nodes[reference.node].node_type)
    if reference.fact in kind.facts:
        return None
    has = f"has the facts {', '.join(sorted(kind.facts))}" if kind.facts else "has no facts"
    return f"nodes.{reference.node} has no fact '{reference.fact}': {kind.name} {has}."
