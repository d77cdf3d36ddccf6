"""How a run made a document: the nodes on the way to it, with the words and models that were used."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.definitions.foreach import foreach_nodes, unfolded
from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.documents.models import Document
from docchain.runs import keys
from docchain.runs.models import NodeRecord

STEPS_MOST: Final = 200
"""Of one document, those nearest to it."""
# Where an author writes what is asked for, by kind.
TEMPLATES: Final = ("prompt", "system", "template", "instructions")
Place = tuple[str, str]


def nodes_towards(definition: WorkflowDefinition, document: Document) -> list[NodeDefinition]:
    """The node that made it, behind those that come before it, in an order in which they can have run."""
    key = document.origin["node"]
    whole = definition
    if document.origin.get("item") is not None:
        for loop in foreach_nodes(definition):
            inside = unfolded(definition, loop)
            if key in {n.key for n in inside.nodes}:
                whole = inside
    graph = graph_of(whole)
    if key not in graph.nodes:
        return []
    wanted = {*graph.ancestors(key), key}
    return [graph.nodes[k] for k in graph.order if k in wanted][-STEPS_MOST:]


def places_of(tenant_id: str, definition: WorkflowDefinition, document: Document) -> list[Place]:
    """Keys of the records; of a node inside a foreach, that of the document's item."""
    outside, item = {n.key for n in definition.nodes}, document.origin.get("item")
    pk = keys.partition(tenant_id, document.origin["run_id"])
    return [(pk, keys.node_key(n.key, None if n.key in outside else item)) for n in nodes_towards(definition, document)]


def step_view(node: NodeDefinition, record: NodeRecord | None) -> dict[str, Any]:
    """``template`` is as its author wrote it; ``prompt_hash`` is of the words that a model was given."""
    written = {name: node.config[name] for name in TEMPLATES if isinstance(node.config.get(name), str)}
    usage: Mapping[str, Any] = record.usage if record else {}
    return {
        "node": node.key,
        "item": record.item if record else None,
        "node_type": node.node_type,
        "status": record.status.value if record else None,
        "template": written or None,
        "prompt_hash": usage.get("prompt_hash"),
        "config_hash": record.config_hash if record else None,
        "provider": usage.get("provider"),
        "model": usage.get("model"),
        "output_hash": record.output_hash if record else None,
    }
