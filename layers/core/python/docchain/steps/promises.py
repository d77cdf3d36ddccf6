"""What a node promises of its effect, by its class, when a delivery is lost, late or comes again."""

from docchain.runs.models import NodeRecord, StepOrder
from docchain.steps.hashing import content_hash


def effect_key(order: StepOrder, record: NodeRecord) -> str:
    """The ``Idempotency-Key``: of tenant, run, node and item, so that every delivery of a node carries the same."""
    return content_hash([order.tenant, order.run, record.key])
