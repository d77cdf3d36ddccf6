"""Doors to what goes on by itself: background tasks, schedules, metrics."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.functions.scheduling import Scheduling, let_arm, tell_orders
from infra.functions.tasks import TaskQueues
from infra.stacks.data import Data


def add_background(scope: Construct, platform: Platform, data: Data, task_queues: TaskQueues) -> Group:
    function = PythonFunction(
        scope,
        platform,
        "api/background",
        environment={
            **task_queues.environment,
            **task_queues.workers,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.tasks)
    for index in ("by_tenant", "by_status", "by_type", "by_priority"):
        grants.query_index(function, data.tasks, index)
    grants.read_objects(function, data.bucket)
    task_queues.let_tell_workers(function)
    return Group(function, "/api/v3/background")


def add_scheduler(scope: Construct, platform: Platform, data: Data, scheduling: Scheduling) -> Group:
    stage = platform.stage
    function = PythonFunction(
        scope,
        platform,
        "api/scheduler",
        environment={
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "OUTBOUND_PLAIN_HTTP": str(stage.outbound_plain_http).lower(),
            "OUTBOUND_LOOPBACK_PORTS": ",".join(map(str, stage.outbound_loopback_ports)),
        },
    )
    tell_orders(function, data, scheduling)
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.schedules)
    grants.query_index(function, data.schedules, "by_tenant")
    grants.on_tables(function, ("GetItem",), data.workflows)
    grants.allow(function, ["sqs:SendMessage"], [scheduling.queue.queue_arn])
    let_arm(scope, function, scheduling)
    return Group(function, "/api/v3/scheduler")


def add_metrics(scope: Construct, platform: Platform, data: Data) -> Group:
    """Its table's name every door is told."""
    stage = platform.stage
    watched = f"{stage.prefix}-" if stage.function_metrics else ""
    function = PythonFunction(scope, platform, "api/metrics", environment={"WATCHED_FUNCTIONS": watched})
    grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.metrics)
    if watched:
        grants.allow(function, ["cloudwatch:GetMetricData"], ["*"], because="CloudWatch's metrics have no ARNs")
    return Group(function, "/api/v3/metrics")
