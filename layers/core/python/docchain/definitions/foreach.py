"""The chain inside a foreach: a definition of its own, whose templates also see what comes before the foreach."""

import json
from collections.abc import Iterator
from functools import lru_cache

from docchain.definitions.graph import graph_of
from docchain.definitions.models import Edge, NodeDefinition, WorkflowDefinition
from docchain.definitions.normalise import normalise
from docchain.nodes.kinds.foreach import KIND

FOREACH = KIND.name


def foreach_nodes(definition: WorkflowDefinition) -> Iterator[NodeDefinition]:
    return (node for node in definition.nodes if node.node_type == FOREACH)


def chain_inside(node: NodeDefinition) -> WorkflowDefinition:
    """Raises ``DefinitionInvalid`` when a field of one of its nodes has a wrong shape."""
    return _normalised(json.dumps(node.config["nodes"]))


def chain_of(definition: WorkflowDefinition, within: str) -> WorkflowDefinition:
    """The chain that a step belongs to: the workflow's own, or that of the foreach with the key ``within``."""
    if not within:
        return definition
    return chain_inside(next(node for node in definition.nodes if node.key == within))


def unfolded(definition: WorkflowDefinition, node: NodeDefinition) -> WorkflowDefinition:
    """What a single item's nodes can look back on: the nodes before the foreach, and its chain in its place."""
    inside = chain_inside(node)
    before = graph_of(definition).ancestors(node.key)
    edges = tuple(Edge(source_key=source) for source in node.sources)
    placed = (one if one.depends_on else one.model_copy(update={"depends_on": edges}) for one in inside.nodes)
    return WorkflowDefinition(nodes=(*(one for one in definition.nodes if one.key in before), *placed))


# A process meets the same chain with every item's step.
@lru_cache(maxsize=256)
def _normalised(nodes: str) -> WorkflowDefinition:
    return normalise(json.loads(nodes))
