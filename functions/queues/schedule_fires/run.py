"""One order: held until its second, then the schedule's moment is claimed, and what it starts is started.

An order waits in the queue, in stretches of fifteen minutes at most, and the last fraction of a second here.
"""

import time
from datetime import UTC, datetime
from typing import Final

from docchain.clock import from_iso
from docchain.schedules.firing import is_due
from docchain.schedules.models import FireState, Schedule, ScheduleStatus
from docchain.schedules.orders import Order
from functions.queues.schedule_fires.dependencies import World

HELD_HERE_SECONDS: Final = 1.0
AHEAD_TRIES: Final = 5
AHEAD_SECONDS: Final = 2
"""An order leaves before what it is for is written: that is there by then, or never."""


def look_after(order: Order, world: World) -> None:
    if order.fire_id is not None:
        world.starting.attend(order.tenant_id, order.schedule_id, order.fire_id)
        return
    if order.due_at is not None and not _held(order, world):
        return
    schedule, stopped = world.schedules.look_up(order.tenant_id, order.schedule_id)
    if schedule is None or order.sequence > schedule.sequence:
        _look_again(order, world)
    elif is_due(schedule, datetime.now(UTC)):
        _fire(order.tenant_id, schedule, world, stopped=stopped)
    elif order.sequence == schedule.sequence and schedule.status == ScheduleStatus.ACTIVE:
        # The sweep's orders say no time, and are right only most of the time.
        world.orders.send(order.model_copy(update={"due_at": schedule.due_at}))


def _held(order: Order, world: World) -> bool:
    left = (from_iso(order.due_at or "") - datetime.now(UTC)).total_seconds()
    if left >= HELD_HERE_SECONDS:
        world.orders.send(order)
        return False
    if left > 0:
        time.sleep(left)
    return True


def _look_again(order: Order, world: World) -> None:
    if order.tries < AHEAD_TRIES:
        world.orders.send(order.model_copy(update={"tries": order.tries + 1}), seconds=AHEAD_SECONDS)


def _fire(tenant_id: str, schedule: Schedule, world: World, *, stopped: bool) -> None:
    claim = world.firing.claim(tenant_id, schedule, stopped=stopped)
    if claim is None or claim.fire is None or claim.fire.state != FireState.CLAIMED:
        return
    world.starting.start(tenant_id, claim.schedule, claim.fire)
