"""Static checks: each file answers one question about a definition, before anything runs."""

from collections.abc import Callable

from docchain.definitions.checks import (
    conditions,
    counts,
    cycles,
    dependencies,
    history,
    keys,
    kinds,
    outcomes,
    payload,
    templates,
    upstream,
    ways,
)
from docchain.definitions.checks.findings import Finding
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition

__all__ = ["Finding", "require_valid", "validate"]

Check = Callable[[WorkflowDefinition], list[Finding]]

# Each group reads what the groups before it found to be sound: the nodes, their order, the graph, what a run costs.
ON_NODES: tuple[Check, ...] = (counts.check, keys.check, kinds.check, dependencies.check)
ON_ORDER: tuple[Check, ...] = (cycles.check,)
ON_GRAPH: tuple[Check, ...] = (outcomes.check, upstream.check, templates.check, conditions.check)
BUDGETS: tuple[Check, ...] = (ways.check, history.check, payload.check)


def validate(definition: WorkflowDefinition) -> list[Finding]:
    """All that can be said at once; empty when the definition may be compiled."""
    for group in (ON_NODES, ON_ORDER, ON_GRAPH, BUDGETS):
        if found := [finding for check in group for finding in check(definition)]:
            return found
    return []


def require_valid(definition: WorkflowDefinition) -> None:
    found = validate(definition)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DefinitionInvalid(found[0].message + more, details=[finding.as_detail() for finding in found])
