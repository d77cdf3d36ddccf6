"""Does each edge leave its source by an outcome that the source has? Behind any other, a node is never reached."""

from collections.abc import Mapping

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import outcomes_of

_NONE = "Only conditions and switches have outcomes, and nodes whose on_error is not fail."


def check(definition: WorkflowDefinition) -> list[Finding]:
    nodes = graph_of(definition).nodes
    return [finding for node in definition.nodes for finding in _check(node, nodes)]


def _check(node: NodeDefinition, nodes: Mapping[str, NodeDefinition]) -> list[Finding]:
    found = []
    for i, edge in enumerate(node.depends_on):
        known = outcomes_of(nodes[edge.source_key])
        if edge.outcome is None or edge.outcome in known:
            continue
        source = f"'{edge.source_key}'"
        has = f"It has: {', '.join(known)}." if known else _NONE
        message = f"'{node.key}' can never be reached: {source} has no outcome '{edge.outcome}'. {has}"
        found.append(Finding(code="UNREACHABLE", node=node.key, field=f"depends_on[{i}]", message=message))
    return found
