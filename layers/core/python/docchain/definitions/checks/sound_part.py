"""What is left to judge of a definition in which something was found: the nodes that do not hang on what is wrong."""

from collections.abc import Sequence

from docchain.definitions.checks.findings import Finding
from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes.kinds import delay

# Nothing can be said of single nodes while it is not known which is which, or in what order they are.
OF_THE_WHOLE = frozenset({"DUPLICATE_KEY", "DUPLICATE_ID", "CYCLE"})


def concerns_the_whole(found: Sequence[Finding]) -> bool:
    return any(finding.node is None or finding.code in OF_THE_WHOLE for finding in found)


def sound_part(definition: WorkflowDefinition, found: Sequence[Finding]) -> WorkflowDefinition:
    """A node that is wrong, and each after it, keeps its place as one of which nothing can be said."""
    if not found:
        return definition
    graph = graph_of(definition)
    waiting = [finding.node for finding in found if finding.node in graph.nodes]
    unsound: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key is not None and key not in unsound:
            unsound.add(key)
            waiting.extend(graph.targets[key])
    return WorkflowDefinition(nodes=tuple(_blank(n) if n.key in unsound else n for n in definition.nodes))


def _blank(node: NodeDefinition) -> NodeDefinition:
    return NodeDefinition(
        id=node.id, key=node.key, name=node.name, node_type=delay.KIND.name, config={"seconds": 1}, depends_on=()
    )
