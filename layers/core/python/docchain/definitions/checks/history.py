"""Does a run fit into the history that Step Functions keeps of an execution, even when everything is retried?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue

LIMIT = 25_000  # events of one execution; past it Step Functions fails the run

AROUND = 2  # StateEntered, StateExited
PER_ATTEMPT = 3  # TaskScheduled, TaskStarted, TaskSucceeded or TaskFailed
# A fork is a Parallel (Entered, Started, Succeeded, Exited) and a Pass; a guard is a Choice, and a Pass where a branch
# ends behind it. Forks have two branches at least, so n nodes stand in fewer than n forks; and none has two guards.
PER_BRANCHED_NODE = 4 + AROUND + AROUND + AROUND
END = AROUND + PER_ATTEMPT * 6 + 2  # the last Task with its retries, ExecutionStarted, ExecutionSucceeded


def worst_case(definition: WorkflowDefinition) -> int:
    """Throttling is left out: it is the account's to bound, and would need every call to be refused ten times."""
    branched = any(len(node.depends_on) != 1 or node.depends_on[0].outcome for node in definition.nodes[1:])
    around = PER_BRANCHED_NODE if branched else 0
    return END + sum(_events(node) + around for node in definition.nodes)


def check(definition: WorkflowDefinition) -> list[Finding]:
    events = worst_case(definition)
    if events <= LIMIT:
        return []
    message = (
        f"A run could need {events} history events, and Step Functions ends a run at {LIMIT}. "
        "Use fewer nodes or fewer retries, or split the workflow."
    )
    return [Finding(code="HISTORY_BUDGET", field="nodes", message=message)]


def _events(node: NodeDefinition) -> int:
    kind = catalogue.get(node.node_type)
    if kind.form != "task":
        return AROUND
    return AROUND + PER_ATTEMPT * (node.retry or kind.retry).max_attempts
