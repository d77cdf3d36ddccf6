"""Orders of the queue: a hint that something may be due. What is true stands in the table."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from docchain.clock import from_iso, to_iso
from docchain.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient

DELAY_MOST: Final = 900
NEAR: Final = timedelta(seconds=180)
"""EventBridge Scheduler is exact to the minute and takes no time that is over; what is nearer waits in the queue."""
WARM_SECONDS: Final = 10
LEAD: Final = timedelta(seconds=60)


class Order(BaseModel):
    """``fire_id``: look after a fire that was written down; without one, after a schedule that may be due."""

    tenant_id: str
    schedule_id: str
    sequence: int = 0
    due_at: str | None = None
    fire_id: str | None = None
    tries: int = 0


@dataclass(frozen=True)
class Orders:
    """``group`` is the stage's schedule group, ``role`` what EventBridge Scheduler fills the queue as."""

    scheduler: "EventBridgeSchedulerClient" = field(repr=False)
    sqs: "SQSClient" = field(repr=False)
    queue_url: str
    queue_arn: str
    dead_letters_arn: str
    group: str
    role: str

    def arm(self, tenant_id: str, schedule_id: str, sequence: int, due: datetime) -> None:
        """Harmless when it is done twice, and when nothing comes of what it was done for: an order is a hint.

        One EventBridge schedule for a moment further away, which goes when it has fired; its name says what for, so
        that another moment never finds the name taken.
        """
        order = Order(tenant_id=tenant_id, schedule_id=schedule_id, sequence=sequence, due_at=to_iso(due))
        if due - datetime.now(UTC) <= NEAR:
            self.send(order)
            return
        # In the whole minute before, so that it has arrived when the due minute begins.
        at = due.replace(second=0, microsecond=0) - LEAD
        try:
            self.scheduler.create_schedule(
                Name=_name(schedule_id, due),
                GroupName=self.group,
                ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.queue_arn,
                    "RoleArn": self.role,
                    "Input": order.model_dump_json(),
                    "DeadLetterConfig": {"Arn": self.dead_letters_arn},
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 3_600, "MaximumRetryAttempts": 20},
                },
            )
        except self.scheduler.exceptions.ConflictException:
            return

    def disarm(self, schedule_id: str, due_at: str | None) -> None:
        """What is in the queue already is dropped when it arrives, as is what could not be taken back."""
        if due_at is None:
            return
        name = _name(schedule_id, from_iso(due_at))
        try:
            self.scheduler.delete_schedule(Name=name, GroupName=self.group)
        except self.scheduler.exceptions.ResourceNotFoundException:
            return
        except (BotoCoreError, ClientError) as error:
            # What it was for is written, and must not look undone because of it.
            logger.warning("an entry was left in EventBridge", extra={"entry": name, "reason": str(error)})

    def send(self, order: Order, *, seconds: float | None = None) -> None:
        """Arrives ``seconds`` from now; else in the last second before it is due, and once a little earlier: a worker
        that takes a second to start has started by then.
        """
        if seconds is None:
            left = (from_iso(order.due_at) - datetime.now(UTC)).total_seconds() if order.due_at else 0
            seconds = left - WARM_SECONDS if left > 2 * WARM_SECONDS else left
        delay = min(DELAY_MOST, max(0, int(seconds)))
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=order.model_dump_json(), DelaySeconds=delay)

    def send_all(self, orders: list[Order]) -> None:
        """Raises ``OrdersRefused`` when the queue did not take all of them."""
        for start in range(0, len(orders), 10):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(order.model_dump(mode="json"))}
                for number, order in enumerate(orders[start : start + 10])
            ]
            answer = self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)  # type: ignore[arg-type]
            if answer.get("Failed"):
                raise OrdersRefused(f"{len(answer['Failed'])} orders were not taken.")


class OrdersRefused(Exception):
    """The next sweep finds the same."""


def _name(schedule_id: str, due: datetime) -> str:
    return f"{schedule_id}-{int(due.timestamp())}"
