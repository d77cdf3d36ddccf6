"""Can what decides about each node be said in one expression? Dozens of crossing conditions cannot."""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.liveness import WAYS_MOST, TooManyWays, liveness
from docchain.definitions.models import WorkflowDefinition


def check(definition: WorkflowDefinition) -> list[Finding]:
    try:
        liveness(graph_of(definition))
    except TooManyWays as error:
        message = (
            f"'{error.key}' can be reached by more than {WAYS_MOST} combinations of answers. "
            "Join the ways earlier, with a node that depends on them without naming an outcome."
        )
        return [Finding(code="TOO_MANY_WAYS", node=error.key, field="depends_on", message=message)]
    return []
