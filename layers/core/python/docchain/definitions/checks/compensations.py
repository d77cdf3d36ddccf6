"""Can each node that names a compensation be undone by it?"""

from pydantic import ValidationError

from docchain.definitions.checks.findings import Finding
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.kinds.http_request import SAFE_METHODS, HttpRequest

COMPENSATIONS_MOST = 50


def check(definition: WorkflowDefinition) -> list[Finding]:
    """Not inside a foreach: ten thousand items are not undone one by one by the end of a run."""
    named = [n for n in definition.nodes if n.compensate_with is not None]
    found = [
        Finding(code="COMPENSATION_INVALID", node=n.key, field="compensate_with", message=f"'{n.key}': {problem}")
        for n in named
        for problem in _problems(n)
    ]
    for node in definition.nodes:
        inner = node.config.get("nodes") if node.node_type == "foreach" else None
        if isinstance(inner, list) and any(isinstance(n, dict) and n.get("compensate_with") for n in inner):
            message = f"'{node.key}': a node inside a foreach has no compensation."
            found.append(Finding(code="COMPENSATION_INVALID", node=node.key, field="config.nodes", message=message))
    if len(named) > COMPENSATIONS_MOST:
        message = f"{len(named)} nodes name a compensation; at most {COMPENSATIONS_MOST} may."
        found.append(
            Finding(code="TOO_MANY_COMPENSATIONS", node=named[-1].key, field="compensate_with", message=message)
        )
    return found


def _problems(node: NodeDefinition) -> list[str]:
    if catalogue.get(node.node_type).family not in ("effect", "ai", "document"):
        return [f"a {node.node_type} has nothing to undo."]
    try:
        config = HttpRequest.model_validate(node.compensate_with)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        return [f"compensate_with.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in told]
    return [f"compensate_with: a {config.method} undoes nothing."] if config.method in SAFE_METHODS else []
