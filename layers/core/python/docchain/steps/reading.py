"""What a step reads before it begins: its node, the run, and the records that the node looks back on, in one call."""

from dataclasses import dataclass

from docchain.definitions.foreach import chain_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind
from docchain.runs.models import NodeRecord, Run, StepOrder
from docchain.steps.needs import needs_of
from docchain.steps.notes import handled_nodes
from docchain.steps.open_run import running
from docchain.steps.world import StepWorld


@dataclass(frozen=True)
class StepReading:
    """``definition`` is the chain that the node stands in, and ``nodes`` are that chain's.

    ``earlier`` is the node's own record; ``whole`` that of the foreach around it, which is not among the ``records``.
    """

    definition: WorkflowDefinition
    nodes: dict[str, NodeDefinition]
    node: NodeDefinition
    kind: NodeKind
    run: Run
    records: dict[str, NodeRecord]
    earlier: NodeRecord | None
    whole: NodeRecord | None


def read_step(order: StepOrder, world: StepWorld) -> StepReading:
    """Raises ``RunNotRunning``."""
    definition = chain_of(world.definitions.read(order.tenant, order.workflow, order.version), order.within)
    nodes = {n.key: n for n in definition.nodes}
    node = nodes[order.node]
    kind = catalogue.get(node.node_type)
    named = needs_of(definition, node, kind)
    needs = [node.key, *named, *handled_nodes(order), *([order.within] if order.within else [])]
    item, records = world.records.read_context(order, needs, nodes if order.within else ())
    whole = records.pop(order.within, None)
    return StepReading(definition, nodes, node, kind, running(item, order), records, records.get(node.key), whole)
