"""Background tasks: for each pool a queue of tokens and so many workers, and the sweep that finds what they missed."""

from dataclasses import asdict, dataclass
from typing import get_args

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from docchain.tasks.kinds.pools import Pool
from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import dead_letters
from infra.functions.queues import work_off
from infra.functions.schedules import start_on_schedule
from infra.functions.task_kinds import Around, kinds_of_pool
from infra.stacks.data import Data

WORKER_SECONDS = 900
_TRIES = 10
POOLS: tuple[Pool, ...] = get_args(Pool)


@dataclass(frozen=True)
class TaskQueues:
    """By pool; who asks for tasks is told of them as ``environment``, and may send tokens with ``let_tell_workers``."""

    queues: dict[Pool, sqs.Queue]
    data: Data
    platform: Platform

    @property
    def environment(self) -> dict[str, str]:
        """The fields of ``TaskSettings``."""
        addresses = ",".join(f"{pool}={queue.queue_url}" for pool, queue in self.queues.items())
        return {"TASKS_TABLE": self.data.tasks.table_name, "TASK_QUEUES": addresses}

    @property
    def workers(self) -> dict[str, str]:
        """The further field of ``PoolsSettings``."""
        counts = asdict(self.platform.stage.task_workers)
        return {"TASK_WORKERS": ",".join(f"{pool}={counts[pool]}" for pool in self.queues)}

    def let_tell_workers(self, function: PythonFunction) -> None:
        grants.allow(function, ["sqs:SendMessage"], [queue.queue_arn for queue in self.queues.values()])

    def let_submit(self, function: PythonFunction) -> None:
        """To ask for tasks, and nothing of what is done to them later."""
        grants.on_tables(function, (*grants.GET, *grants.WRITE), self.data.tasks)
        self.let_tell_workers(function)


def add_task_queues(scope: Construct, platform: Platform, data: Data) -> TaskQueues:
    """Before who asks for tasks and who does them."""
    poison = dead_letters(scope, platform, "task-token-poison")
    return TaskQueues({pool: _queue(scope, platform, pool, poison) for pool in POOLS}, data, platform)


def add_tasks(scope: Construct, around: Around, queues: TaskQueues) -> tuple[PythonFunction, ...]:
    workers = tuple(_workers(scope, around, queues, pool) for pool in POOLS)
    return (*workers, _sweep(scope, around, queues))


def _workers(scope: Construct, around: Around, queues: TaskQueues, pool: Pool) -> PythonFunction:
    data, platform = around.data, around.platform
    kinds = kinds_of_pool(pool, around)
    count = asdict(platform.stage.task_workers)[pool]
    function = PythonFunction(
        scope,
        platform,
        f"queues/tasks_{pool}",
        environment={
            **kinds.environment,
            **queues.environment,
            **queues.workers,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
        layers=kinds.layers,
        memory_mb=kinds.memory_mb,
        timeout_seconds=WORKER_SECONDS,
        # A pool's workers take nothing from the rest of the account, and nobody takes theirs.
        concurrency=count,
    )
    kinds.let(function)
    _let_move(function, queues)
    grants.write_objects(function, data.bucket)
    # One token a time: a batch would keep its other tokens waiting for the first one's task.
    work_off(
        function,
        sources.SqsEventSource(
            queues.queues[pool], batch_size=1, report_batch_item_failures=True, max_concurrency=count
        ),
    )
    return function


def _sweep(scope: Construct, around: Around, queues: TaskQueues) -> PythonFunction:
    function = PythonFunction(
        scope,
        around.platform,
        "schedules/tasks",
        environment={**queues.environment, **queues.workers},
        timeout_seconds=55,
        # One look at a time: a second would send the same tokens.
        concurrency=1,
    )
    _let_move(function, queues)
    poison = dead_letters(scope, around.platform, "task-sweep-poison")
    start_on_schedule(scope, function, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    return function


def _let_move(function: PythonFunction, queues: TaskQueues) -> None:
    table = queues.data.tasks
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), table)
    for index in ("lanes", "due"):
        grants.query_index(function, table, index)
    queues.let_tell_workers(function)


def _queue(scope: Construct, platform: Platform, pool: str, poison: sqs.Queue) -> sqs.Queue:
    """Of tokens: what one is for stands in the table, so a token that cannot be read or done is no loss."""
    queue = sqs.Queue(
        scope,
        f"tasks-{pool}-queue",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=platform.stage.tls_only,
        # The sweep sends new ones each minute; the longest delay is 15 minutes.
        retention_period=Duration.hours(1),
        # A token comes again when its worker is gone for certain.
        visibility_timeout=Duration.seconds(WORKER_SECONDS),
        dead_letter_queue=sqs.DeadLetterQueue(queue=poison, max_receive_count=_TRIES),
    )
    age = queue.metric_approximate_age_of_oldest_message(period=WINDOW, statistic=cloudwatch.Stats.MAXIMUM)
    says = f"tasks of the pool {pool} wait longer than five minutes for a worker"
    alarm_from(queue, "delay", platform.alarms, age, threshold=300, says=says)
    return queue
