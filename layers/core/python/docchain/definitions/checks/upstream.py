"""Has each node that reads the text before it something before it?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of, text_sources
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes import catalogue


def check(definition: WorkflowDefinition) -> list[Finding]:
    graph = graph_of(definition)
    found = []
    for node in definition.nodes:
        field = catalogue.get(node.node_type).upstream_field
        if field is None or node.config.get(field) is not None:
            continue
        if not text_sources(graph, node.key):
            message = (
                f"'{node.key}' has no text to work on: set config.{field}, or let it depend on a node that makes one."
            )
            found.append(Finding(code="NO_INPUT", node=node.key, field=f"config.{field}", message=message))
    return found
