"""Orders into the FIFO queue: in the order given within a group, whatever is sent twice."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from docchain.errors import DependencyUnavailable
from docchain.realtime.fanout.orders import FanoutOrder
from docchain.realtime.push import to_json

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ENTRIES_MOST: Final = 10
BATCH_BYTES_MOST: Final = 250_000
"""SQS takes 256 KB in one call."""


class FanoutRefused(DependencyUnavailable):
    code = "FANOUT_REFUSED"


@dataclass(frozen=True)
class FanoutQueue:
    client: "SQSClient" = field(repr=False)
    url: str

    def send(self, orders: list[FanoutOrder]) -> None:
        """All of them, or an exception; what was sent before it is recognised when it is sent again.

        No call has two orders of one group: SQS may take the second and refuse the first.
        """
        for entries in _calls(orders):
            answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
            if refused := answer.get("Failed"):
                raise FanoutRefused(f"The queue refused {len(refused)} orders: {refused[0].get('Code')}.")


def _calls(orders: list[FanoutOrder]) -> Iterator[list[dict[str, Any]]]:
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for order in orders:
        waiting[order.group_id].append(_entry(order))
    while waiting:
        call: list[dict[str, Any]] = []
        size = 0
        for group_id in list(waiting):
            entry = waiting[group_id][0]
            if len(call) == ENTRIES_MOST or (call and size + len(entry["MessageBody"].encode()) > BATCH_BYTES_MOST):
                break
            call.append({**entry, "Id": str(len(call))})
            size += len(entry["MessageBody"].encode())
            waiting[group_id].pop(0)
            if not waiting[group_id]:
                del waiting[group_id]
        yield call


def _entry(order: FanoutOrder) -> dict[str, Any]:
    return {
        "MessageBody": to_json(order.model_dump(mode="json")).decode(),
        "MessageGroupId": order.group_id,
        "MessageDeduplicationId": hashlib.sha256(order.name.encode()).hexdigest(),
    }
