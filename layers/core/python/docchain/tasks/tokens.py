"""Messages to the workers. A token says where there is something to do, and no more: which task a worker takes, the
table decides when it takes it. So a token that comes twice is one look more, and what a lost one
was for is found by the sweep.
"""

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from docchain.observability import logger
from docchain.tasks.limits import QUEUE_DELAY_SECONDS_MOST

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH: Final = 10


class Token(BaseModel):
    """``task_id``: one that becomes ready now, by its time."""

    tenant_id: str
    task_id: str | None = None


@dataclass(frozen=True)
class Tokens:
    """``queues``: address by pool."""

    client: "SQSClient" = field(repr=False)
    queues: dict[str, str]

    def wake(self, pool: str, tenant_id: str, count: int = 1) -> None:
        self.send(pool, [(Token(tenant_id=tenant_id), 0)] * count)

    def ripen(self, pool: str, tenant_id: str, task_id: str, seconds: float) -> None:
        """Longer than SQS waits: the sweep sends it when it is near."""
        if seconds <= QUEUE_DELAY_SECONDS_MOST:
            self.send(pool, [(Token(tenant_id=tenant_id, task_id=task_id), seconds)])

    def send(self, pool: str, tokens: list[tuple[Token, float]]) -> None:
        """With the seconds after which each is handed out. What cannot be sent is logged, for the sweep finds it."""
        for start in range(0, len(tokens), _BATCH):
            entries = [
                {"Id": str(n), "MessageBody": token.model_dump_json(), "DelaySeconds": _whole(seconds)}
                for n, (token, seconds) in enumerate(tokens[start : start + _BATCH])
            ]
            try:
                answer = self.client.send_message_batch(QueueUrl=self.queues[pool], Entries=entries)  # type: ignore[arg-type]  # as built above
            except (BotoCoreError, ClientError) as error:
                logger.warning("workers could not be told", extra={"pool": pool}, exc_info=error)
                continue
            if answer.get("Failed"):
                logger.warning("workers could not be told", extra={"pool": pool, "failed": len(answer["Failed"])})


def _whole(seconds: float) -> int:
    """SQS knows whole seconds; too early is looked at again, and late is late."""
    return min(QUEUE_DELAY_SECONDS_MOST, max(0, ceil(seconds)))


def queues_of(text: str) -> dict[str, str]:
    """``light=https://…,data=https://…``"""
    return dict(part.split("=", 1) for part in text.split(",") if part)
