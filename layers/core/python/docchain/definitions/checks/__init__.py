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
)
from docchain.definitions.checks.findings import Finding
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition

__all__ = ["Finding", "require_valid", "validate"]

Check = Callable[[WorkflowDefinition], list[Finding]]

# The second group reads the graph, which means something only when the first group is content.
ON_NODES: tuple[Check, ...] = (counts.check, keys.check, kinds.check, dependencies.check, cycles.check)
ON_GRAPH: tuple[Check, ...] = (
    *(outcomes.check, upstream.check, templates.check, conditions.check),
    *(history.check, payload.check),
)


def validate(definition: WorkflowDefinition) -> list[Finding]:
    """All that can be said at once; empty when the definition may be compiled."""
    found = [finding for check in ON_NODES for finding in check(definition)]
    return found or [finding for check in ON_GRAPH for finding in check(definition)]


def require_valid(definition: WorkflowDefinition) -> None:
    found = validate(definition)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DefinitionInvalid(found[0].message + more, details=[finding.as_detail() for finding in found])
