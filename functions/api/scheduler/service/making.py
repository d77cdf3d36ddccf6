"""Making a schedule, once for each key."""

from datetime import UTC, datetime
from uuid import uuid4

from pydantic import BaseModel

from docchain.auth.caller import Caller
from docchain.clock import to_iso
from docchain.errors import DocchainError
from docchain.events.changes import changed
from docchain.schedules import facts
from docchain.schedules.checking import Checker
from docchain.schedules.definition import ScheduleType, timing_of
from docchain.schedules.errors import NeverDue
from docchain.schedules.facts import schedule_event
from docchain.schedules.models import Schedule
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from functions.api.scheduler.service.definitions import checked, told


def create(
    schedules: ScheduleRepository,
    orders: Orders,
    checker: Checker,
    caller: Caller,
    kind: ScheduleType,
    body: BaseModel,
    key: IdempotencyKey | None,
) -> Schedule:
    if key and (earlier := key.earlier_answer(schedules.table)):
        return Schedule.model_validate(earlier)
    definition = checked({**body.model_dump(exclude_none=True), "type": kind})
    checker.check(caller, definition.target)
    moment = datetime.now(UTC)
    schedule_id = str(uuid4())
    timing = timing_of(definition, moment, schedule_id)
    following = timing.next_after(moment)
    if following is None:
        raise NeverDue
    new = Schedule(
        id=schedule_id,
        definition=definition,
        created_at=to_iso(moment),
        updated_at=to_iso(moment),
        created_by=caller.username,
        user_id=caller.user_id,
        next_at=to_iso(following),
        due_at=to_iso(timing.due_at(following)),
    )
    orders.arm(caller.tenant_id, new.id, new.sequence, timing.due_at(following))
    event = schedule_event(caller.tenant_id, facts.CREATED, new, caller.username, **changed(None, told(definition)))
    try:
        schedules.create(caller.tenant_id, new, event, key)
    except DocchainError as error:
        # Its entry would wait for a time that may be years away, and count for nobody.
        orders.disarm(new.id, new.due_at)
        # Two calls with one key at once: the other one's is the answer.
        if isinstance(error, ConditionFailed) and key and (earlier := key.earlier_answer(schedules.table)):
            return Schedule.model_validate(earlier)
        raise
    return new
