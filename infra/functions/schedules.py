"""The system's own scheduled jobs."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra.constructs.explained import explain_wildcards
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import dead_letters
from infra.functions.steps import Steps
from infra.stacks.data import Data


def add_schedules(scope: Construct, platform: Platform, data: Data, steps: Steps) -> tuple[PythonFunction, ...]:
    stack = Stack.of(scope)
    prefix = f"{platform.stage.prefix}-"
    stuck_runs = PythonFunction(
        scope,
        platform,
        "schedules/stuck_runs",
        environment={
            "RUNS_TABLE": data.runs.table_name,
            "STATE_MACHINE_ROLE": steps.role.role_arn,
            "STATE_MACHINE_PREFIX": prefix,
        },
        timeout_seconds=55,
        # One look at a time: the next minute's would see the same runs.
        concurrency=1,
    )
    grants.on_tables(stuck_runs, (*grants.READ, *grants.WRITE), data.runs)
    grants.query_index(stuck_runs, data.runs, "open_runs")
    arn = f"arn:{stack.partition}:states:{stack.region}:{stack.account}"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    grants.allow(stuck_runs, ["states:DescribeExecution"], [f"{arn}:execution:{prefix}*"], because=named)
    grants.allow(stuck_runs, ["states:StartExecution"], [f"{arn}:stateMachine:{prefix}*"], because=named)
    role = iam.Role(scope, "stuck-runs-schedule-role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
    versions = "the CDK lets a schedule invoke its function together with that function's versions"
    explain_wildcards(role, versions, [f"{stuck_runs.function_arn}:*"])
    scheduler.Schedule(
        scope,
        "stuck-runs-every-minute",
        schedule=scheduler.ScheduleExpression.rate(Duration.minutes(1)),
        target=targets.LambdaInvoke(
            stuck_runs,
            role=role,
            dead_letter_queue=dead_letters(scope, platform, "schedule-poison"),
            retry_attempts=0,
            max_event_age=Duration.minutes(1),
        ),
    )
    return (stuck_runs,)
