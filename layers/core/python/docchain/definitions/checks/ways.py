"""Can each node run at all, and can what decides about it be said in one expression?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.liveness import WAYS_MOST, TooManyWays, liveness
from docchain.definitions.models import WorkflowDefinition


def check(definition: WorkflowDefinition) -> list[Finding]:
    try:
        live = liveness(graph_of(definition))
    except TooManyWays as error:
        message = (
            f"'{error.key}' can be reached by more than {WAYS_MOST} combinations of answers. "
            "Join the ways earlier, with a node that depends on them without naming an outcome."
        )
        return [Finding(code="TOO_MANY_WAYS", node=error.key, field="depends_on", message=message)]
    return [_unreachable(key) for key, ways in live.items() if ways is not None and not ways]


def _unreachable(key: str) -> Finding:
    message = (
        f"'{key}' can never run: its edges ask for answers that exclude each other. An edge that names an outcome is a "
        "requirement; leave the outcome out where either way will do."
    )
    return Finding(code="UNREACHABLE", node=key, field="depends_on", message=message)
