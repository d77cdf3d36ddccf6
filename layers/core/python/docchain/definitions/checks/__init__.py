"""Static checks: each file answers one question about a definition, before anything runs."""

from collections.abc import Callable

from docchain.definitions.checks import (
    compensations,
    conditions,
    counts,
    cycles,
    dependencies,
    endings,
    error_paths,
    foreach,
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
from docchain.definitions.checks.sound_part import concerns_the_whole, sound_part
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition

__all__ = ["Finding", "require_valid", "validate"]

Check = Callable[[WorkflowDefinition], list[Finding]]

# Each group reads what the groups before it found to be sound: the nodes, their order, the graph, what a run costs.
ON_NODES: tuple[Check, ...] = (
    counts.check,
    keys.check,
    kinds.check,
    dependencies.check,
    error_paths.check,
    foreach.check,
    compensations.check,
)
ON_ORDER: tuple[Check, ...] = (cycles.check,)
ON_GRAPH: tuple[Check, ...] = (outcomes.check, endings.check, upstream.check, templates.check, conditions.check)
# The chains inside a foreach are definitions of their own, and judged in the same order.
INSIDE_NODES: tuple[Check, ...] = (foreach.inside(kinds.check, dependencies.check, error_paths.check),)
INSIDE_ORDER: tuple[Check, ...] = (foreach.inside(cycles.check),)
INSIDE_GRAPH: tuple[Check, ...] = (
    foreach.inside(outcomes.check, endings.check, upstream.check, ways.check),
    foreach.check_references,
)
BUDGETS: tuple[Check, ...] = (ways.check, history.check, payload.check)


def validate(definition: WorkflowDefinition) -> list[Finding]:
    """All that can be said at once; empty when the definition may be compiled."""
    found: list[Finding] = []
    for group in (ON_NODES, ON_ORDER, INSIDE_NODES, INSIDE_ORDER, (*ON_GRAPH, *INSIDE_GRAPH)):
        left = sound_part(definition, found)
        found += [finding for check in group for finding in check(left)]
        if concerns_the_whole(found):
            return found
    return found or [finding for check in BUDGETS for finding in check(definition)]


def require_valid(definition: WorkflowDefinition) -> None:
    found = validate(definition)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DefinitionInvalid(found[0].message + more, details=[finding.as_detail() for finding in found])
