"""Does each on_error lead somewhere, and from a node whose errors can be caught?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import NEVER_CAUGHT
from docchain.nodes import catalogue
from docchain.nodes.errors import UnknownNodeKind

FIELD = "on_error"


def check(definition: WorkflowDefinition) -> list[Finding]:
    keys = {node.key for node in definition.nodes}
    found = []
    for node in definition.nodes:
        if node.on_error != "fail" and (problem := _problem(node, keys)):
            code, message = problem
            found.append(Finding(code=code, node=node.key, field=FIELD, message=f"'{node.key}' {message}"))
    return found


def _problem(node: NodeDefinition, keys: set[str]) -> tuple[str, str] | None:
    if node.goes_to == node.key:
        return "UNKNOWN_DEPENDENCY", "cannot go to itself when it fails; retry is what tries a node again."
    if node.goes_to and node.goes_to not in keys:
        return "UNKNOWN_DEPENDENCY", f"goes to '{node.goes_to}', which is no node of this workflow. Use a key or id."
    try:
        kind = catalogue.get(node.node_type)
    except UnknownNodeKind:
        return None  # the check of kinds says so
    if kind.form in NEVER_CAUGHT:
        return "ERROR_NOT_CAUGHT", f"is a {kind.name}, whose errors Step Functions cannot hand on. Leave on_error out."
    if kind.ends_run:
        return "ERROR_NOT_CAUGHT", f"is a {kind.name}, which ends the run. Leave on_error out."
    return None
