"""Workers of workflow nodes, and the role that executions run as."""

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.models import let_ask_models, models_environment
from infra.stacks.data import Data


@dataclass(frozen=True)
class Steps:
    document: PythonFunction
    ai: PythonFunction
    effect: PythonFunction
    control: PythonFunction
    lifecycle: PythonFunction
    role: iam.Role


def add_steps(scope: Construct, platform: Platform, data: Data) -> Steps:
    stage = platform.stage
    document = PythonFunction(
        scope,
        platform,
        "steps/document",
        environment=step_environment(platform, data, memory_mb=1024),
        layers=("core", "documents"),
        memory_mb=1024,
        timeout_seconds=180,
        concurrency=stage.step_concurrency,
    )
    ai = PythonFunction(
        scope,
        platform,
        "steps/ai",
        environment={
            **step_environment(platform, data, memory_mb=2048),
            **models_environment(platform, data),
        },
        layers=("core", "ai"),
        memory_mb=2048,
        timeout_seconds=360,
        concurrency=stage.step_concurrency,
    )
    effect = PythonFunction(
        scope,
        platform,
        "steps/effect",
        environment={
            **step_environment(platform, data, memory_mb=512),
            **calling_out(platform, data),
            "IDENTITY_TABLE": data.identity.table_name,
        },
        memory_mb=512,
        timeout_seconds=120,
        concurrency=stage.step_concurrency,
    )
    control = PythonFunction(
        scope,
        platform,
        "steps/control",
        environment=step_environment(platform, data, memory_mb=1024),
        memory_mb=1024,
        # Gathering what ten thousand items made.
        timeout_seconds=360,
        concurrency=stage.step_concurrency,
    )
    for function in (document, ai, effect, control):
        grants.on_tables(function, grants.GET, data.workflows)
        grants.on_tables(function, (*grants.READ, *grants.WRITE), data.runs)
        grants.on_tables(function, (*grants.GET, *grants.WRITE), data.documents)
        grants.query_usage(function, data.documents)
        grants.write_objects(function, data.bucket)
    let_ask_models(ai, platform, data)
    grants.open_secrets(effect, data.vault, [data.data_key, *data.rsa_keys.values()])
    grants.look_up_addresses(effect, data.identity)
    prefix = f"{stage.prefix}-"
    grants.answer_tasks(control, prefix)
    grants.on_tables(control, grants.CHECK, data.runs)
    grants.start_executions(control, prefix)
    lifecycle = PythonFunction(
        scope,
        platform,
        "steps/lifecycle",
        environment={"RUNS_TABLE": data.runs.table_name, "WORKFLOWS_TABLE": data.workflows.table_name},
        timeout_seconds=60,
        concurrency=stage.step_concurrency,
    )
    grants.on_tables(lifecycle, grants.GET, data.workflows)
    grants.on_tables(lifecycle, (*grants.READ, *grants.WRITE), data.runs)
    workers = (document, ai, effect, control, lifecycle)
    return Steps(*workers, _execution_role(scope, platform, data, workers))


def step_environment(platform: Platform, data: Data, memory_mb: int) -> dict[str, str]:
    return {
        "WORKFLOWS_TABLE": data.workflows.table_name,
        "RUNS_TABLE": data.runs.table_name,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        "MEMORY_MB": str(memory_mb),
        "ARCHITECTURE": platform.stage.architecture,
    }


def starting_runs(platform: Platform, data: Data, steps: Steps) -> dict[str, str]:
    """For functions that make state machines and start runs on them: what a definition is compiled for."""
    stage = platform.stage
    return {
        "WORKFLOWS_TABLE": data.workflows.table_name,
        "RUNS_TABLE": data.runs.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        "STATE_MACHINE_ROLE": steps.role.role_arn,
        "STATE_MACHINE_PREFIX": f"{stage.prefix}-",
        "DOCUMENT_STEP": steps.document.function_arn,
        "AI_STEP": steps.ai.function_arn,
        "EFFECT_STEP": steps.effect.function_arn,
        "CONTROL_STEP": steps.control.function_arn,
        "LIFECYCLE_STEP": steps.lifecycle.function_arn,
        "TRANSIENT_ERRORS": ",".join(stage.transient_errors),
        "THROTTLED_ERRORS": ",".join(stage.throttled_errors),
    }


def calling_out(platform: Platform, data: Data) -> dict[str, str]:
    """For functions that call addresses outside, with secrets from the vault."""
    return {
        "VAULT_TABLE": data.vault.table_name,
        "DATA_KEY": data.data_key.key_id,
        "RSA2048_KEY": data.rsa_key_id(2048),
        "RSA4096_KEY": data.rsa_key_id(4096),
        "OUTBOUND_PLAIN_HTTP": str(platform.stage.outbound_plain_http).lower(),
        "OUTBOUND_LOOPBACK_PORTS": ",".join(map(str, platform.stage.outbound_loopback_ports)),
    }


def _execution_role(scope: Construct, platform: Platform, data: Data, workers: tuple[PythonFunction, ...]) -> iam.Role:
    """One role for all published workflows: they may invoke the workers, and run themselves for each item of a list."""
    role = iam.Role(scope, "state-machine-role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    grants.allow(role, ["lambda:InvokeFunction"], [w.function_arn for w in workers])
    grants.distribute_maps(role, data.bucket, f"{platform.stage.prefix}-")
    return role
