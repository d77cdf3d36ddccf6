"""A Lambda as all of ours are: own role, own log group, tracing, alarms, and an environment of exactly its settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.assets import function_code
from infra.constructs.explained import explain
from infra.stage import Stage


@dataclass(frozen=True)
class Platform:
    """What every function of a stage shares."""

    stage: Stage
    layers: Mapping[str, lambda_.ILayerVersion]
    alarms: sns.ITopic | None


RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def runtime_of(stage: Stage) -> lambda_.Runtime:
    return lambda_.Runtime(f"python{stage.python}", lambda_.RuntimeFamily.PYTHON)


def architecture_of(stage: Stage) -> lambda_.Architecture:
    return lambda_.Architecture.ARM_64 if stage.architecture == "arm64" else lambda_.Architecture.X86_64


class PythonFunction(lambda_.Function):
    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        package: str,
        *,
        environment: Mapping[str, str],
        layers: tuple[str, ...] = ("core",),
        memory_mb: int = 512,
        timeout_seconds: int = 30,
        concurrency: int | None = None,
    ) -> None:
        stage = platform.stage
        name = package.replace("/", "-").replace("_", "-")
        log_group = logs.LogGroup(
            scope,
            f"{name}-log",
            log_group_name=f"/aws/lambda/{stage.prefix}-{name}",
            retention=RETENTION[stage.log_days],
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(scope, f"{name}-role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        super().__init__(
            scope,
            name,
            function_name=f"{stage.prefix}-{name}",
            description=f"functions/{package}",
            runtime=runtime_of(stage),
            architecture=architecture_of(stage),
            code=function_code(package),
            handler=f"functions.{package.replace('/', '.')}.handler.handler",
            role=role,
            log_group=log_group,
            layers=[platform.layers[layer] for layer in layers if layer in platform.layers],
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_seconds),
            tracing=lambda_.Tracing.ACTIVE if stage.tracing else lambda_.Tracing.DISABLED,
            reserved_concurrent_executions=concurrency,
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": "docchain",
                "LOG_LEVEL": stage.log_level,
                **environment,
            },
        )
        _explain(self, role, stage)
        # One alarm for both: a stack has 500 resources at most, and whoever is woken looks at the function anyway.
        failing = cloudwatch.MathExpression(
            expression="errors + throttles",
            using_metrics={"errors": self.metric_errors(), "throttles": self.metric_throttles()},
            period=WINDOW,
        )
        says = f"functions/{package}: errors or throttles in the last five minutes"
        alarm_from(self, "failing", platform.alarms, failing, threshold=1, says=says)


def _explain(function: lambda_.Function, role: iam.Role, stage: Stage) -> None:
    newest = f"Python {stage.python} is the newest for which every package of the layers has a wheel"
    explain(function, newest, "AwsSolutions-L1", "Serverless-LambdaLatestVersion")
    called = "called and answered, or fed by a stream; a rule's listener has an on-failure destination instead"
    explain(function, called, "Serverless-LambdaDLQ")
    explain(role, "X-Ray knows no resources, and ListStreams takes none", "AwsSolutions-IAM5[Resource::*]")
