"""The end of an item: what its last conditions and waits came to, which no worker came after."""

from typing import Any

from docchain.definitions.foreach import chain_of
from docchain.runs.models import StepOrder
from docchain.runs.records import passed_record
from docchain.steps.world import StepWorld


def note_item(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    """Notes written twice are the same, so that this may be delivered again."""
    definition = chain_of(world.definitions.read(order.tenant, order.workflow, order.version), order.within)
    nodes = {n.key: n for n in definition.nodes}
    passed = [
        passed_record(order, p["node"], nodes[p["node"]].id, nodes[p["node"]].node_type, p.get("outcome"))
        for p in order.passed
    ]
    if passed:
        world.records.pass_by(order, passed)
    return {"facts": {}}
