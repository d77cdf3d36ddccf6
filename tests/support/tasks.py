"""A workshop of its own for each test: its own table and queues, and kinds that do what a test tells them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict

from docchain import aws
from docchain.documents.store import ContentStore
from docchain.ids import new_ulid
from docchain.storage.table import Table
from docchain.tasks import keys
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import NewTask, Task
from docchain.tasks.repository import TaskRepository
from docchain.tasks.submitting import Asker, submit
from docchain.tasks.tokens import Token, Tokens
from docchain.tasks.working import Workshop, work
from tests.support.aws import create_table

POOL = "data"
TYPE = "data_processing"


class Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


Work = Callable[[Any, TaskContext], dict[str, Any]]


@dataclass
class Told:
    """A kind that notes each run and does what it is told."""

    work: Work = lambda parameters, context: {"done": True}
    name: str = TYPE
    parameters: type[BaseModel] = Anything
    runs: list[TaskContext] = field(default_factory=list)

    def run(self, parameters: Any, context: TaskContext) -> dict[str, Any]:
        self.runs.append(context)
        return self.work(parameters, context)


@dataclass(frozen=True)
class Bench:
    shop: Workshop
    kind: Told

    @property
    def repository(self) -> TaskRepository:
        return self.shop.repository

    @property
    def tokens(self) -> Tokens:
        return self.shop.tokens

    def submit(self, tenant_id: str, **order: Any) -> Task:
        asked = NewTask(**{"name": "A task", "type": TYPE, **order})
        return submit(self.repository, self.tokens, Asker(tenant_id, 1, "ada"), asked)

    def work(self, tenant_id: str, task_id: str | None = None) -> int:
        return work(Token(tenant_id=tenant_id, task_id=task_id), self.shop)

    def read(self, task: Task) -> Task:
        return self.repository.read(task.tenant_id, task.id)

    def result(self, task: Task) -> Any:
        return self.repository.read_whole(task.tenant_id, task.id)[2]

    def counts(self, tenant_id: str) -> dict[str, int]:
        """All counters that are not nought."""
        return {k: v for lane in self.repository.lanes(tenant_id) for k, v in lane.counts.items() if v}

    def told(self, task: Task) -> list[str]:
        page = self.repository.events_page(task, limit=100, start_key=None)
        return [item["event"]["type"] for item in page.items]

    def make_due(self, task: Task, at: str = "2020-01-01T00:00:00.000Z", **more: Any) -> None:
        """As if its time had come."""
        table = self.repository.table
        table.update(keys.task(task.tenant_id, task.id), keys.CARD, set_={"due_at": at, "due_sk": at, **more})

    def messages(self) -> list[Token]:
        """What lies in the queue, and is taken out of it."""
        client, url = self.tokens.client, self.tokens.queues[POOL]
        found: list[Token] = []
        while some := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in some:
                found.append(Token.model_validate(json.loads(message["Body"])))
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def a_bench(work: Work | None = None, *, workers: int = 4, loop_seconds: float = 600) -> Bench:
    name = f"tasks-{new_ulid()}"
    create_table(name, keys.INDEXES)
    kind = Told(work) if work else Told()
    queues = {
        pool: boto3.client("sqs").create_queue(QueueName=f"{name}-{pool}")["QueueUrl"]
        for pool in ("light", "data", "documents", "ai")
    }
    shop = Workshop(
        repository=TaskRepository(Table(aws.dynamodb(), name)),
        contents=ContentStore(aws.s3(), "documents"),
        tokens=Tokens(aws.sqs(), queues),
        kinds={kind.name: kind},
        pool=POOL,
        workers=workers,
        loop_seconds=loop_seconds,
    )
    return Bench(shop, kind)
