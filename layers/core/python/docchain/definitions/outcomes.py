"""The ways on from a node: those its kind decides between, and what its author wants done when it fails."""

from docchain.definitions.models import NodeDefinition
from docchain.nodes import catalogue

OK = "ok"
ERROR = "error"
# Step Functions catches no error of a Choice or a Wait.
NEVER_CAUGHT = frozenset({"choice", "wait"})


def outcomes_of(node: NodeDefinition) -> tuple[str, ...]:
    """Empty for a node that only ends in one way."""
    own = catalogue.get(node.node_type).outcomes_for(node.config)
    return own if node.on_error == "fail" else (*(own or (OK,)), ERROR)
