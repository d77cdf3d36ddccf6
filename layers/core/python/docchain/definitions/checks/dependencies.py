"""Does each edge come from a node that exists, and that is not the node itself?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import WorkflowDefinition


def check(definition: WorkflowDefinition) -> list[Finding]:
    keys = {node.key for node in definition.nodes}
    found = []
    for node in definition.nodes:
        for i, edge in enumerate(node.depends_on):
            if edge.source_key not in keys:
                source = f"'{edge.source_key}', which is no node of this workflow"
                message = f"'{node.key}' depends on {source}. Use a node's key or id."
                found.append(
                    Finding(code="UNKNOWN_DEPENDENCY", node=node.key, field=f"depends_on[{i}]", message=message)
                )
    return found
