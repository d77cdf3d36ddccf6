"""Webhooks that are due go to a queue of their own: a peer that answers slowly holds up no schedule, only other calls.

The call leaves before the note of it is written, since it is only a hint as well: it is for one attempt, and finds the
fire as it is then. A note that was not written lets it be handed over once more.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from docchain.clock import from_iso
from docchain.schedules.models import Fire, Schedule
from docchain.schedules.orders import Order
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.running import with_look
from docchain.schedules.targets import WebhookTarget
from docchain.storage.errors import ConditionFailed

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

PATIENCE: Final = timedelta(minutes=10)
"""So long a call may wait before all that may speak against it is asked again, and it is handed over once more.

Every minute would fill a queue that is long already, and the sweep with what is not lost.
"""
_SPARE: Final = timedelta(seconds=60)


class Call(Order):
    """For one attempt at a webhook; ``tries`` is how many there were before it."""

    fire_id: str


@dataclass(frozen=True)
class Calls:
    """``queue_url`` is the queue ``schedule-webhooks``."""

    schedules: ScheduleRepository
    sqs: "SQSClient" = field(repr=False)
    queue_url: str

    def hand_over(self, tenant_id: str, schedule: Schedule, fire: Fire, target: WebhookTarget) -> None:
        """Nothing while its last attempt may be under way or in its pause, or it was handed over a while ago."""
        if fire.look_at is not None and from_iso(fire.look_at) - spare(target) > datetime.now(UTC):
            return
        call = Call(tenant_id=tenant_id, schedule_id=schedule.id, fire_id=fire.id, tries=fire.attempts)
        # The tenant's group: SQS hands out others' first while one has many.
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=call.model_dump_json(), MessageGroupId=tenant_id)
        handed = with_look(fire, schedule.definition.timeout, within=PATIENCE)
        with suppress(ConditionFailed):  # its worker was faster
            self.schedules.table.transact([self.schedules.change_fire(tenant_id, fire, handed)])


def spare(target: WebhookTarget) -> timedelta:
    """Longer than one attempt and its worker take."""
    return timedelta(seconds=target.timeout_seconds) + _SPARE
