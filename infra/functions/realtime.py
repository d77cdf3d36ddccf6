"""From rooms to sockets: the listener to histories, the fan-out and its queue, the ear on the bus, the sweep."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from docchain.realtime.bus_rooms import TOLD_IN
from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.explained import explain
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import alarm_on_delay, dead_letters, hear_stream
from infra.functions.queues import filled_queue, work_off
from infra.functions.schedules import start_on_schedule
from infra.stacks.data import Data

_TRIES = 5


def add_realtime(scope: Construct, platform: Platform, data: Data, endpoint: str) -> tuple[PythonFunction, ...]:
    """The functions that write to sockets."""
    _room_news(scope, platform, data)
    queue = _fanout_queue(scope, platform)
    _room_messages(scope, platform, data, queue)
    own = {"REALTIME_TABLE": data.realtime.table_name, "WEBSOCKET_ENDPOINT": endpoint}
    fanout = PythonFunction(scope, platform, "queues/socket_fanout", environment=own, memory_mb=1024)
    silent = PythonFunction(
        scope, platform, "schedules/silent_sockets", environment=own, timeout_seconds=55, concurrency=1
    )
    for function in (fanout, silent):
        grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.realtime)
    # Of each group one batch at a time, of ten groups together: so a room's members are served side by side.
    work_off(fanout, sources.SqsEventSource(queue, batch_size=10, report_batch_item_failures=True))
    poison = dead_letters(scope, platform, "sweep-poison")
    start_on_schedule(scope, silent, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    return fanout, silent


def _room_messages(scope: Construct, platform: Platform, data: Data, queue: sqs.Queue) -> None:
    function = PythonFunction(
        scope,
        platform,
        "listeners/room_messages",
        environment={"REALTIME_TABLE": data.realtime.table_name, "FANOUT_QUEUE": queue.queue_url},
    )
    grants.on_tables(function, (*grants.READ, "UpdateItem"), data.realtime)
    grants.allow(function, ["sqs:SendMessage"], [queue.queue_arn])
    poison = dead_letters(scope, platform, "room-poison")
    hear_stream(function, data.realtime, poison, entity="message")
    alarm_on_delay(function, platform)


def _room_news(scope: Construct, platform: Platform, data: Data) -> None:
    function = PythonFunction(
        scope, platform, "queues/room_news", environment={"REALTIME_TABLE": data.realtime.table_name}
    )
    grants.on_tables(function, ("GetItem", *grants.WRITE), data.realtime)
    queue = filled_queue(scope, platform, data, function, "room-news", sorted(TOLD_IN))
    work_off(function, sources.SqsEventSource(queue, batch_size=10, report_batch_item_failures=True))


def _fanout_queue(scope: Construct, platform: Platform) -> sqs.Queue:
    """FIFO, counted by group: what is under way to one part of a room's members holds up no other."""
    poison = sqs.Queue(
        scope,
        "fanout-poison",
        fifo=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=platform.stage.tls_only,
        retention_period=Duration.days(14),
    )
    explain(poison, "this is where dead letters come to lie", "AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy")
    waiting = poison.metric_approximate_number_of_messages_visible(period=WINDOW, statistic="Maximum")
    says = "fanout-poison holds messages that reached no socket; the history of their rooms has them"
    alarm_from(poison, "waiting", platform.alarms, waiting, threshold=1, says=says)
    queue = sqs.Queue(
        scope,
        "fanout-queue",
        fifo=True,
        deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
        fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=platform.stage.tls_only,
        # What is older is news to nobody: who was away reads the history.
        retention_period=Duration.hours(1),
        visibility_timeout=Duration.seconds(180),
        dead_letter_queue=sqs.DeadLetterQueue(queue=poison, max_receive_count=_TRIES),
    )
    age = queue.metric_approximate_age_of_oldest_message(period=WINDOW, statistic=cloudwatch.Stats.MAXIMUM)
    alarm_from(queue, "delay", platform.alarms, age, threshold=60, says="messages wait a minute for their sockets")
    return queue
