"""The system's own scheduled jobs."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.explained import explain_wildcards
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import dead_letters
from infra.functions.running import run_environment
from infra.functions.steps import Steps
from infra.stacks.data import Data

_SCHEDULER = iam.ServicePrincipal("scheduler.amazonaws.com")


def add_schedules(scope: Construct, platform: Platform, data: Data, steps: Steps) -> tuple[PythonFunction, ...]:
    stack = Stack.of(scope)
    prefix = f"{platform.stage.prefix}-"
    stuck_runs = PythonFunction(
        scope,
        platform,
        "schedules/stuck_runs",
        environment=run_environment(platform, data, steps),
        timeout_seconds=55,
        # One look at a time: the next minute's would see the same runs.
        concurrency=1,
    )
    grants.on_tables(stuck_runs, (*grants.READ, *grants.WRITE), data.runs)
    grants.query_index(stuck_runs, data.runs, "open_runs")
    grants.on_tables(stuck_runs, ("GetItem",), data.workflows)
    arn = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    grants.allow(
        stuck_runs, ["states:DescribeExecution", "states:StopExecution"], [f"{arn}:execution:{prefix}*"], because=named
    )
    # Runs are also started by functions that may make no machine; this one restores what housekeeping removed.
    grants.make_machines(stuck_runs, steps.role, prefix)
    poison = dead_letters(scope, platform, "schedule-poison")
    start_on_schedule(scope, stuck_runs, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    due_waits = _due_waits(scope, platform, data, poison)
    housekeeping = _housekeeping(scope, platform, data, steps, poison)
    metrics = _metrics(scope, platform, data, poison)
    return (stuck_runs, due_waits, *_audit_jobs(scope, platform, data, poison), housekeeping, metrics)


def _due_waits(scope: Construct, platform: Platform, data: Data, poison: sqs.Queue) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "schedules/due_waits",
        environment={
            "RUNS_TABLE": data.runs.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        },
        timeout_seconds=55,
        concurrency=1,
    )
    grants.answer_for_others(function, data, f"{platform.stage.prefix}-")
    start_on_schedule(scope, function, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    return function


def _metrics(scope: Construct, platform: Platform, data: Data, poison: sqs.Queue) -> PythonFunction:
    """Collects and looks at alert rules; one at a time, as a second would find the same rules."""
    function = PythonFunction(
        scope,
        platform,
        "schedules/metrics",
        environment={"METRICS_TABLE": data.metrics.table_name},
        timeout_seconds=55,
        concurrency=1,
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.metrics)
    start_on_schedule(scope, function, scheduler.ScheduleExpression.rate(Duration.minutes(1)), poison)
    return function


def _housekeeping(scope: Construct, platform: Platform, data: Data, steps: Steps, poison: sqs.Queue) -> PythonFunction:
    """One function for all that goes daily: each has a dozen resources, and a stack has 500."""
    stack, prefix = Stack.of(scope), f"{platform.stage.prefix}-"
    function = PythonFunction(
        scope,
        platform,
        "schedules/housekeeping",
        environment={
            "STATE_MACHINE_ROLE": steps.role.role_arn,
            "STATE_MACHINE_PREFIX": prefix,
            "IDENTITY_TABLE": data.identity.table_name,
            "RUNS_TABLE": data.runs.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "DOCUMENTS_TABLE": data.documents.table_name,
            "DOCUMENTS_BUCKET": data.bucket.bucket_name,
            "AUDIT_TABLE": data.audit.table_name,
        },
        timeout_seconds=900,
        concurrency=1,
    )
    states = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    ours = ["states:ListExecutions", "states:DeleteStateMachine"]
    grants.allow(function, ours, [f"{states}:{prefix}*"], because=named)
    grants.allow(function, ["states:ListStateMachines"], ["*"], because="a list has no resource of its own")
    grants.on_tables(function, ("Query",), data.audit)
    grants.on_tables(function, ("GetItem",), data.identity, data.workflows)
    grants.on_tables(function, grants.READ, data.runs)
    # Whose documents stay: those that open runs may read.
    grants.query_index(function, data.runs, "open_runs")
    # A document goes with its versions, and out of the tenant's counters.
    grants.on_tables(function, ("Query", "UpdateItem", *grants.DELETE), data.documents)
    grants.tell(function, data.documents)
    for index in ("by_tenant", "by_content"):
        grants.query_index(function, data.documents, index)
    grants.remove_content(function, data.bucket)
    start_on_schedule(scope, function, scheduler.ScheduleExpression.cron(hour="2", minute="20"), poison)
    return function


def _audit_jobs(
    scope: Construct, platform: Platform, data: Data, poison: sqs.Queue
) -> tuple[PythonFunction, PythonFunction]:
    """One of each at a time: a second would only read the same entries."""
    stage = platform.stage
    heads = PythonFunction(
        scope,
        platform,
        "schedules/audit_heads",
        environment={
            "AUDIT_TABLE": data.audit.table_name,
            "AUDIT_BUCKET": data.audit_archive.bucket_name,
            "AUDIT_KEYS": data.audit_key_ids,
        },
        timeout_seconds=900,
        concurrency=1,
    )
    grants.on_tables(heads, (*grants.READ, *grants.WRITE), data.audit)
    grants.sign_heads(heads, data.audit_archive, data.audit_keys)
    retention = PythonFunction(
        scope,
        platform,
        "schedules/audit_retention",
        environment={"AUDIT_TABLE": data.audit.table_name, "IDENTITY_TABLE": data.identity.table_name},
        timeout_seconds=900,
        concurrency=1,
    )
    grants.on_tables(retention, (*grants.READ, *grants.WRITE), data.audit)
    grants.on_tables(retention, grants.GET, data.identity)
    expression = scheduler.ScheduleExpression
    often, daily = stage.audit_heads_minutes, expression.cron(hour="0", minute="10")
    start_on_schedule(scope, heads, expression.rate(Duration.minutes(often)) if often else daily, poison)
    start_on_schedule(scope, retention, expression.rate(Duration.hours(1)), poison)
    return heads, retention


def start_on_schedule(
    scope: Construct, function: PythonFunction, schedule: scheduler.ScheduleExpression, poison: sqs.Queue
) -> None:
    """No second try: the next run finds what this one left."""
    role = iam.Role(scope, f"{function.node.id}-role-of-schedule", assumed_by=_SCHEDULER)
    versions = "the CDK lets a schedule invoke its function together with that function's versions"
    explain_wildcards(role, versions, [f"{function.function_arn}:*"])
    target = targets.LambdaInvoke(
        function, role=role, dead_letter_queue=poison, retry_attempts=0, max_event_age=Duration.minutes(1)
    )
    scheduler.Schedule(scope, f"{function.node.id}-schedule", schedule=schedule, target=target)
