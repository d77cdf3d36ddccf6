"""One attempt at a webhook. Whether it may be made was asked when it was handed over, and is for the next again."""

from docchain.schedules.handing_over import Call
from docchain.schedules.models import FireState
from docchain.schedules.targets import WebhookTarget
from functions.queues.schedule_webhooks.dependencies import World

_CALLED = frozenset({FireState.CLAIMED, FireState.RUNNING})


def deliver(call: Call, world: World) -> None:
    """A call that comes twice, or late, finds that its attempt was begun, or that the fire is settled."""
    schedule, fire = world.schedules.read_fire(call.tenant_id, call.schedule_id, call.fire_id)
    if fire is None or fire.state not in _CALLED or fire.attempts != call.tries:
        return
    target = schedule.definition.target if schedule else None
    if schedule is not None and isinstance(target, WebhookTarget):
        world.webhooks.deliver(call.tenant_id, schedule, fire, target)
        return
    error = {"code": "SCHEDULE_DELETED", "message": "There is no address any more."}
    world.settling.settle(call.tenant_id, call.schedule_id, fire.id, FireState.CANCELLED, error)
