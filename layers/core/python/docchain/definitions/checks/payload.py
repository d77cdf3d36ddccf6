"""Does what travels fit into a state's data? That is the facts that conditions read, and what conditions answered."""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.expressions import facts_read
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import outcomes_of
from docchain.nodes import catalogue

LIMIT = 256 * 1024
BUDGET = 200 * 1024  # the rest is for the run's params, which come with its input

FACTS = 2048  # the most that a node's facts may have
# {"node": …, "outcome": …} in passed, and "key":"false" in outcomes, beside the key itself.
NOTE = 64
# An error's name and the beginning of its cause, of which each character may be four bytes or be escaped.
ERROR_NOTE = 600
TIME_NOTE = 400  # what was given for a time


def worst_case(definition: WorkflowDefinition) -> int:
    """Bytes. A fork's branches give their data in one list, but only the first carries what was there before."""
    facts = sum(FACTS + len(key) for key in facts_read(definition))
    forks = 64 * len(definition.nodes)
    return facts + sum(_notes(node) for node in definition.nodes) + forks


def _notes(node: NodeDefinition) -> int:
    kind, outcomes = catalogue.get(node.node_type), outcomes_of(node)
    if kind.form == "task" and not outcomes:
        return 0
    told = ERROR_NOTE if node.on_error != "fail" else TIME_NOTE if "until" in node.config else 0
    return 2 * (NOTE + len(node.key) + max((len(one) for one in outcomes), default=0)) + told


def check(definition: WorkflowDefinition) -> list[Finding]:
    size = worst_case(definition)
    if size <= BUDGET:
        return []
    count = len(facts_read(definition))
    handled = sum(node.on_error != "fail" for node in definition.nodes)
    message = (
        f"The states' data could reach {size} bytes, and {BUDGET} of Step Functions' {LIMIT} are for it. "
        f"Conditions read the facts of {count} nodes, and {handled} nodes handle their errors: "
        "let them be fewer, or split the workflow."
    )
    return [Finding(code="PAYLOAD_BUDGET", field="nodes", message=message)]
