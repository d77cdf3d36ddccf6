"""Does what travels fit into a state's data? That is the facts that conditions read, and what conditions answered."""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.expressions import facts_read
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes import catalogue

LIMIT = 256 * 1024
BUDGET = 200 * 1024  # the rest is for the run's params, which come with its input

FACTS = 2048  # the most that a node's facts may have
# {"node": …, "outcome": …} in passed, and "key":"false" in outcomes, beside the key itself.
NOTE = 64


def worst_case(definition: WorkflowDefinition) -> int:
    """Bytes. A fork's branches give their data in one list, but only the first carries what was there before."""
    facts = sum(FACTS + len(key) for key in facts_read(definition))
    control = [node for node in definition.nodes if catalogue.get(node.node_type).form != "task"]
    forks = 64 * len(definition.nodes)
    return facts + sum(2 * (NOTE + len(node.key)) for node in control) + forks


def check(definition: WorkflowDefinition) -> list[Finding]:
    size = worst_case(definition)
    if size <= BUDGET:
        return []
    count = len(facts_read(definition))
    message = (
        f"The states' data could reach {size} bytes, and {BUDGET} of Step Functions' {LIMIT} are for it. "
        f"Conditions read the facts of {count} nodes: let them read fewer, or split the workflow."
    )
    return [Finding(code="PAYLOAD_BUDGET", field="nodes", message=message)]
