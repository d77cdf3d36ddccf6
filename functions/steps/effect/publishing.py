"""publish_event: the tenant's event leaves with the completion of its node, by the outbox."""

from docchain.errors import PermanentStepError
from docchain.nodes.kinds.publish_event import DETAIL_BYTES_MOST, PublishEvent
from docchain.runs.events import event_of_node
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.hashing import canonical


class EventTooLarge(PermanentStepError):
    code = "EVENT_TOO_LARGE"


def publish_event(call: NodeCall) -> NodeResult:
    config: PublishEvent = call.config
    size = len(canonical(config.detail))
    if size > DETAIL_BYTES_MOST:
        raise EventTooLarge(f"The detail is {size} bytes of JSON; at most {DETAIL_BYTES_MOST}.")
    event = event_of_node(
        call.tenant_id,
        call.run_id,
        call.workflow_id,
        "tenant_event.published",
        call.node_key,
        detail_type=config.detail_type,
        detail=config.detail,
    )
    told = {"event_id": event.id, "detail_type": config.detail_type, "size": size}
    return NodeResult(output=told, facts={"size": size}, events=(event,))
