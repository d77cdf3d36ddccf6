"""For functions that publish and start workflows: their environment and what they may."""

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.steps import Steps
from infra.stacks.data import Data


def run_environment(platform: Platform, data: Data, steps: Steps) -> dict[str, str]:
    """The fields of ``RunSettings``: what a definition is compiled for."""
    return {
        "WORKFLOWS_TABLE": data.workflows.table_name,
        "RUNS_TABLE": data.runs.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        "STATE_MACHINE_ROLE": steps.role.role_arn,
        "STATE_MACHINE_PREFIX": f"{platform.stage.prefix}-",
        "DOCUMENT_STEP": steps.document.function_arn,
        "AI_STEP": steps.ai.function_arn,
        "EFFECT_STEP": steps.effect.function_arn,
        "CONTROL_STEP": steps.control.function_arn,
        "LIFECYCLE_STEP": steps.lifecycle.function_arn,
        "TRANSIENT_ERRORS": ",".join(platform.stage.transient_errors),
        "THROTTLED_ERRORS": ",".join(platform.stage.throttled_errors),
    }


def let_start_runs(scope: Construct, function: PythonFunction, platform: Platform, data: Data, steps: Steps) -> None:
    """A draft that never was published is published by its first run."""
    stack, prefix = Stack.of(scope), f"{platform.stage.prefix}-"
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.workflows, data.runs)
    machine = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:{prefix}*"
    named = "machines are named by the hash of what is published, below the stage's prefix"
    grants.allow(function, ["states:CreateStateMachine", "states:StartExecution"], [machine], because=named)
    steps.role.grant_pass_role(function.grant_principal)


def let_stop_runs(scope: Construct, function: PythonFunction, platform: Platform) -> None:
    stack, prefix = Stack.of(scope), f"{platform.stage.prefix}-"
    execution = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution:{prefix}*"
    named = "executions are named by tenant and run, below the stage's prefix"
    grants.allow(function, ["states:StopExecution"], [execution], because=named)
