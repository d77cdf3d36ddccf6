"""A node that could not even begin to wait: its record says why, as a worker's would."""

import time

from docchain.clock import now
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError
from docchain.ids import new_ulid
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.steps.world import StepWorld


def fail_step(order: StepOrder, world: StepWorld, error: DocchainError) -> None:
    definition = world.definitions.read(order.tenant, order.workflow, order.version)
    node = next(n for n in definition.nodes if n.key == order.node)
    world.records.give_up(order, _failed(order, node, error))


def _failed(order: StepOrder, node: NodeDefinition, error: DocchainError) -> NodeRecord:
    told = {"code": error.code, "message": error.message, "node": node.key}
    if error.details is not None:
        told["details"] = error.details
    moment = now()
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=node.node_type,
        effect_class="pure",
        status=NodeStatus.FAILED,
        fence=order.fence,
        claim_id=new_ulid(),
        started_at=moment,
        finished_at=moment,
        lease_until=int(time.time()),
        error=told,
    )
