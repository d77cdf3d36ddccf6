"""Has each node that reads the text before it something before it?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of, text_source
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes import catalogue

# The names under which a text may come in with the node's own input.
INPUT_FIELDS = ("text", "content", "document", "prompt")


def check(definition: WorkflowDefinition) -> list[Finding]:
    graph = graph_of(definition)
    found = []
    for node in definition.nodes:
        field = catalogue.get(node.node_type).upstream_field
        if field is None or node.config.get(field) is not None or any(node.input_data.get(f) for f in INPUT_FIELDS):
            continue
        if text_source(graph, node.key) is None:
            message = (
                f"'{node.key}' has no text to work on: set config.{field}, or let it depend on a node that makes one."
            )
            found.append(Finding(code="NO_INPUT", node=node.key, field=f"config.{field}", message=message))
    return found
