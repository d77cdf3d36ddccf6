"""Users' schedules: the queues that orders and webhooks wait in, who fires and who calls, who finds what was missed,
and who hears how it ended.
"""

from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from docchain.schedules.ends import ENDS_OF_RUNS, ENDS_OF_TASKS
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import hear_rule
from infra.functions.queues import queue_of, work_off
from infra.functions.running import let_start_runs, let_stop_runs, run_environment
from infra.functions.schedules import start_on_schedule
from infra.functions.steps import Steps, calling_out
from infra.functions.tasks import TaskQueues
from infra.stacks.data import Data

_NAMED = "schedules of EventBridge are named by ours and their time, in the stage's own group"


@dataclass(frozen=True)
class Scheduling:
    """``group`` is the stage's schedule group, ``role`` what EventBridge Scheduler fills the queue as."""

    queue: sqs.Queue
    poison: sqs.Queue
    group: scheduler.CfnScheduleGroup
    group_name: str
    role: iam.Role
    fires: PythonFunction


def add_scheduling(scope: Construct, platform: Platform, data: Data, steps: Steps, tasks: TaskQueues) -> Scheduling:
    stage = platform.stage
    fires = PythonFunction(
        scope,
        platform,
        "queues/schedule_fires",
        environment={
            **run_environment(platform, data, steps),
            **tasks.environment,
            "IDENTITY_TABLE": data.identity.table_name,
        },
        memory_mb=1024,
    )
    queue, poison = queue_of(scope, platform, fires, "schedule-fires")
    group_name = f"{stage.prefix}-schedules"
    group = scheduler.CfnScheduleGroup(scope, "schedule-group", name=group_name)
    role = iam.Role(scope, "schedule-fires-role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
    grants.allow(role, ["sqs:SendMessage"], [queue.queue_arn, poison.queue_arn])
    scheduling = Scheduling(queue, poison, group, group_name, role, fires)

    let_start_runs(scope, fires, platform, data, steps)
    let_stop_runs(scope, fires, platform)
    tasks.let_submit(fires)
    # A task that is cancelled leaves its place in line, and whoever waits for it is told.
    grants.on_tables(fires, ("Query", *grants.DELETE), data.tasks)
    # What they may as they are when it is due.
    grants.read_users(fires, data.identity)
    ends, calls = _ends(scope, platform, data, poison), _webhooks(scope, platform, data, fires)
    for function in (fires, ends, calls, _missed_fires(scope, platform, data, poison)):
        tell_orders(function, data, scheduling)
        grants.allow(function, ["sqs:SendMessage"], [queue.queue_arn])
    for function in (fires, ends, calls):
        grants.on_tables(function, (*grants.GET, *grants.WRITE), data.schedules)
    let_arm(scope, fires, scheduling)
    # One at a time each: an order that is held for its second holds up no other.
    work_off(
        fires,
        sources.SqsEventSource(
            queue, batch_size=1, report_batch_item_failures=True, max_concurrency=stage.fires_at_once
        ),
    )
    return scheduling


def tell_orders(function: PythonFunction, data: Data, scheduling: Scheduling) -> None:
    """The fields of ``OrderSettings``."""
    environment = {
        "SCHEDULES_TABLE": data.schedules.table_name,
        "FIRES_QUEUE": scheduling.queue.queue_url,
        "FIRES_QUEUE_ARN": scheduling.queue.queue_arn,
        "FIRES_DEAD_LETTERS": scheduling.poison.queue_arn,
        "SCHEDULE_GROUP": scheduling.group_name,
        "SCHEDULE_ROLE": scheduling.role.role_arn,
    }
    for name, value in environment.items():
        function.add_environment(name, value)


def let_arm(scope: Construct, function: PythonFunction, scheduling: Scheduling) -> None:
    stack = Stack.of(scope)
    ours = f"arn:{stack.partition}:scheduler:{stack.region}:{stack.account}:schedule/{scheduling.group_name}/*"
    grants.allow(function, ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"], [ours], because=_NAMED)
    scheduling.role.grant_pass_role(function.grant_principal)


def _webhooks(scope: Construct, platform: Platform, data: Data, fires: PythonFunction) -> PythonFunction:
    """Alone with the vault, and with workers of its own: peers are as slow as they like to be."""
    function = PythonFunction(
        scope,
        platform,
        "queues/schedule_webhooks",
        environment=calling_out(platform, data),
        # An attempt may take twenty seconds, beside the secrets of its headers and what is written.
        timeout_seconds=45,
    )
    queue, _ = queue_of(scope, platform, function, "schedule-webhooks")
    grants.open_secrets(function, data.vault, [data.data_key, *data.rsa_keys.values()])
    fires.add_environment("WEBHOOKS_QUEUE", queue.queue_url)
    grants.allow(fires, ["sqs:SendMessage"], [queue.queue_arn])
    work_off(
        function,
        sources.SqsEventSource(
            queue, batch_size=1, report_batch_item_failures=True, max_concurrency=platform.stage.webhooks_at_once
        ),
    )
    return function


def _missed_fires(scope: Construct, platform: Platform, data: Data, poison: sqs.Queue) -> PythonFunction:
    function = PythonFunction(
        scope, platform, "schedules/missed_fires", environment={}, timeout_seconds=55, concurrency=1
    )
    grants.query_index(function, data.schedules, "due")
    start_on_schedule(scope, function, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    return function


def _ends(scope: Construct, platform: Platform, data: Data, poison: sqs.Queue) -> PythonFunction:
    function = PythonFunction(scope, platform, "listeners/schedule_ends", environment={})
    told = [*ENDS_OF_RUNS, *ENDS_OF_TASKS]
    hear_rule(scope, function, poison, data.bus, {"source": ["docchain"], "detail_type": told})
    return function
