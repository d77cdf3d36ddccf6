"""What who asks for tasks, and who does them, needs from the world."""

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.store import ContentStore
from docchain.storage.table import Table
from docchain.tasks.repository import TaskRepository
from docchain.tasks.tokens import Tokens, queues_of


class TaskSettings(BaseSettings):
    """``task_queues``: ``pool=address,…``."""

    tasks_table: str
    task_queues: str


class PoolsSettings(TaskSettings):
    """``task_workers``: ``pool=number,…``."""

    task_workers: str


class WorkerSettings(PoolsSettings):
    """A large result lies in the bucket."""

    documents_bucket: str


def build_tasks(settings: TaskSettings) -> TaskRepository:
    return TaskRepository(Table(aws.dynamodb(), settings.tasks_table))


def build_tokens(settings: TaskSettings) -> Tokens:
    return Tokens(aws.sqs(), queues_of(settings.task_queues))


def build_contents(settings: WorkerSettings) -> ContentStore:
    return ContentStore(aws.s3(), settings.documents_bucket)


def workers_of(settings: PoolsSettings) -> dict[str, int]:
    return {pool: int(count) for pool, count in queues_of(settings.task_workers).items()}
