"""Can the nodes be put in an order?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.models import WorkflowDefinition


def check(definition: WorkflowDefinition) -> list[Finding]:
    cycle = graph_of(definition).cycle()
    if not cycle:
        return []
    way = " → ".join([*cycle, cycle[0]])
    message = f"These nodes wait for each other: {way}. Remove one of these dependencies."
    return [Finding(code="CYCLE", node=cycle[0], field="depends_on", message=message)]
