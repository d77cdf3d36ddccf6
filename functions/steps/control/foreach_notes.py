"""The end of an item: what its last conditions and waits came to, which no worker came after."""

from typing import Any

from docchain.definitions.foreach import chain_of
from docchain.runs.models import StepOrder
from docchain.steps.notes import handled_nodes, settled
from docchain.steps.open_run import running
from docchain.steps.world import StepWorld


def note_item(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    """Notes written twice are the same, so that this may be delivered again."""
    definition = chain_of(world.definitions.read(order.tenant, order.workflow, order.version), order.within)
    nodes = {n.key: n for n in definition.nodes}
    run, records = world.records.read_context(order, handled_nodes(order), nodes)
    running(run, order)
    if passed := settled(order, nodes, records, world.records):
        world.records.pass_by(order, passed)
    return {"facts": {}}
