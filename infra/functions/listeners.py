"""Listeners: what hears streams and rules, with how much it may miss (nothing) and where poison goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from docchain.ai_workflows.following import FOLLOWED
from docchain.ai_workflows.models import ENGINE_BASE
from docchain.security_events.concerned import CONCERNED
from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.explained import explain
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.steps import calling_out, step_environment
from infra.stacks.data import Data


@dataclass(frozen=True)
class Listeners:
    """``posting`` are the functions that write to sockets."""

    posting: tuple[PythonFunction, ...]
    functions: tuple[PythonFunction, ...]


def add_listeners(scope: Construct, platform: Platform, data: Data, endpoint: str) -> Listeners:
    poison = dead_letters(scope, platform, "stream-poison")
    undelivered = dead_letters(scope, platform, "event-poison")
    outbox = PythonFunction(scope, platform, "listeners/outbox", environment={"EVENT_BUS": data.bus.event_bus_name})
    grants.allow(outbox, ["events:PutEvents"], [data.bus.event_bus_arn])
    told = (data.identity, data.workflows, data.runs, data.documents, data.guard, data.vault, data.audit, data.ai)
    for table in (*told, data.metrics, data.schedules, data.tasks):
        hear_stream(outbox, table, poison, entity="event")
    alarm_on_delay(outbox, platform)

    own = {"REALTIME_TABLE": data.realtime.table_name, "WEBSOCKET_ENDPOINT": endpoint}
    run_events = PythonFunction(
        scope, platform, "listeners/run_events", environment={"REALTIME_TABLE": data.realtime.table_name}
    )
    hear_stream(run_events, data.runs, poison, entity="event")
    connections = PythonFunction(scope, platform, "listeners/connections", environment=own)
    hear_stream(connections, data.realtime, poison, entity="connection")
    alarm_on_delay(connections, platform)
    revoked = PythonFunction(scope, platform, "listeners/revoked_sessions", environment=own)
    alarm_on_delay(run_events, platform)
    grants.on_tables(run_events, ("BatchGetItem", *grants.WRITE), data.realtime)
    for function in (connections, revoked):
        grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.realtime)
    ended = ["session.revoked", "sessions.revoked"]
    hear_rule(scope, revoked, undelivered, data.bus, {"source": ["docchain"], "detail_type": ended})

    executions = PythonFunction(
        scope, platform, "listeners/executions", environment={"RUNS_TABLE": data.runs.table_name}
    )
    grants.on_tables(executions, (*grants.READ, *grants.WRITE), data.runs)
    stack = Stack.of(scope)
    machine = {"prefix": f"arn:aws:states:{stack.region}:{stack.account}:stateMachine:{platform.stage.prefix}-"}
    hear_rule(
        scope,
        executions,
        undelivered,
        None,
        {
            "source": ["aws.states"],
            "detail_type": ["Step Functions Execution Status Change"],
            "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [machine]},
        },
    )
    compensations = _add_compensations(scope, platform, data)
    hear_rule(
        scope,
        compensations,
        undelivered,
        data.bus,
        {"source": ["docchain"], "detail_type": ["run.failed", "run.cancelled"]},
    )
    security = PythonFunction(
        scope,
        platform,
        "listeners/security",
        environment={"GUARD_TABLE": data.guard.table_name, "IDENTITY_TABLE": data.identity.table_name},
    )
    grants.on_tables(security, (*grants.READ, *grants.WRITE), data.guard)
    grants.block_addresses(security, data.identity)
    hear_rule(scope, security, undelivered, data.bus, {"source": ["docchain"], "detail_type": sorted(CONCERNED)})
    run_ends = _run_ends(scope, platform, data)
    ends = ["run.queued", "run.completed", "run.failed", "run.cancelled", "run.interrupted"]
    hear_rule(scope, run_ends, undelivered, data.bus, {"source": ["docchain"], "detail_type": ends})
    ai_workflows = PythonFunction(
        scope,
        platform,
        "listeners/ai_workflows",
        environment={"WORKFLOWS_TABLE": data.workflows.table_name, "RUNS_TABLE": data.runs.table_name},
    )
    grants.on_tables(ai_workflows, (*grants.GET, *grants.WRITE), data.workflows)
    grants.on_tables(ai_workflows, ("GetItem", "Query"), data.runs)
    # Numbers up to the base are workflows that people count: their runs and steps never come here.
    theirs: dict[str, Any] = {"data": {"workflow_id": [{"numeric": [">", ENGINE_BASE]}]}}
    followed: dict[str, Any] = {"source": ["docchain"], "detail_type": list(FOLLOWED), "detail": theirs}
    hear_rule(scope, ai_workflows, undelivered, data.bus, followed)
    posting = (connections, revoked)
    return Listeners(
        posting, (outbox, run_events, *posting, executions, run_ends, compensations, security, ai_workflows)
    )


def _add_compensations(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    """Calls out as the effect nodes do, with the same environment and the same rights."""
    function = PythonFunction(
        scope,
        platform,
        "listeners/compensations",
        environment={
            **step_environment(platform, data, memory_mb=512),
            **calling_out(platform, data),
        },
        memory_mb=512,
        timeout_seconds=870,
    )
    grants.on_tables(function, grants.GET, data.workflows)
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.runs)
    grants.on_tables(function, grants.GET, data.documents)
    grants.write_objects(function, data.bucket)
    grants.open_secrets(function, data.vault, [data.data_key, *data.rsa_keys.values()])
    return function


def _run_ends(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "listeners/run_ends",
        environment={
            "RUNS_TABLE": data.runs.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
        # The results of a child's run are read and written again as its parent's.
        memory_mb=512,
        timeout_seconds=60,
    )
    grants.answer_for_others(function, data, f"{platform.stage.prefix}-")
    return function


def dead_letters(scope: Construct, platform: Platform, name: str) -> sqs.Queue:
    """Kept for two weeks: time to look, mend and redrive."""
    queue = sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=platform.stage.tls_only,
        retention_period=Duration.days(14),
    )
    explain(queue, "this is where dead letters come to lie", "AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy")
    waiting = queue.metric_approximate_number_of_messages_visible(period=WINDOW, statistic="Maximum")
    says = f"{name} holds what could not be done: look, mend, redrive"
    alarm_from(queue, "waiting", platform.alarms, waiting, threshold=1, says=says)
    return queue


def hear_stream(function: PythonFunction, table: dynamodb.Table, poison: sqs.Queue, *, entity: str) -> None:
    """New items of one entity, in order. A batch that fails is halved until the poison is alone."""
    pattern: dict[str, Any] = {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"NewImage": {"entity": {"S": lambda_.FilterRule.is_equal(entity)}}},
    }
    function.add_event_source(
        sources.DynamoEventSource(
            table,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=5,
            max_record_age=Duration.hours(6),
            on_failure=sources.SqsDlq(poison),
            filters=[lambda_.FilterCriteria.filter(pattern)],
        )
    )


def alarm_on_delay(function: PythonFunction, platform: Platform) -> None:
    """A stream's records are in order, so one that cannot be done holds up all behind it."""
    age = function.metric("IteratorAge", period=WINDOW, statistic="Maximum", unit=cloudwatch.Unit.MILLISECONDS)
    says = f"{function.node.id} is more than a minute behind its stream"
    alarm_from(function, "delay", platform.alarms, age, threshold=60_000, says=says)


def hear_rule(
    scope: Construct,
    function: PythonFunction,
    poison: sqs.Queue,
    bus: events.IEventBus | None,
    pattern: dict[str, Sequence[str] | dict[str, Any]],
) -> None:
    """``bus`` of ``None`` is the account's own, where AWS services tell."""
    name = f"{function.node.id}-rule"
    rule = events.Rule(scope, name, event_bus=bus, event_pattern=events.EventPattern(**pattern))  # type: ignore[arg-type]  # named as CDK does
    rule.add_target(
        targets.LambdaFunction(function, dead_letter_queue=poison, retry_attempts=10, max_event_age=Duration.hours(6))
    )
    # The rule has delivered once Lambda took the event; what the function then fails at is Lambda's to keep.
    function.configure_async_invoke(on_failure=destinations.SqsDestination(poison), retry_attempts=2)
