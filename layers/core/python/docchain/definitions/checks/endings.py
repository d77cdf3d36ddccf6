"""Does nothing follow a node that ends the run?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes import catalogue


def check(definition: WorkflowDefinition) -> list[Finding]:
    nodes = graph_of(definition).nodes
    found = []
    for node in definition.nodes:
        for i, edge in enumerate(node.depends_on):
            kind = catalogue.get(nodes[edge.source_key].node_type)
            if kind.ends_run:
                message = (
                    f"'{node.key}' can never run: it follows '{edge.source_key}', a {kind.name}, which ends the run. "
                    "A node added without depends_on follows the one added before it: name another."
                )
                found.append(Finding(code="UNREACHABLE", node=node.key, field=f"depends_on[{i}]", message=message))
    return found
