"""Doors to workflows and their runs."""

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group, below
from infra.functions.models import default_models
from infra.functions.running import let_start_runs, run_environment
from infra.functions.steps import Steps
from infra.stacks.data import Data
from infra.stage import Stage


def add_workflows(scope: Construct, platform: Platform, data: Data, steps: Steps) -> Group:
    """Who answers an approval by its link, or calls a webhook, has no token but the one in the path."""
    function = add_running(scope, platform, data, steps, "workflows")
    prefix = f"{platform.stage.prefix}-"
    stack = Stack.of(scope)
    executions = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution:{prefix}*"
    actions = ["states:StopExecution", "states:DescribeExecution"]
    grants.allow(function, actions, [executions], because="executions are named below the stage's prefix")
    grants.answer_tasks(function, prefix)
    grants.on_tables(function, grants.CHECK, data.runs)
    _manage(function, platform.stage, data)
    return below("/api/v3/workflows", function, "/approvals/links/{token}", "/hooks/{token}")


def add_advanced(scope: Construct, platform: Platform, data: Data, steps: Steps) -> Group:
    function = add_running(scope, platform, data, steps, "advanced")
    grants.read_objects(function, data.bucket)
    # A node that is tried by itself works on what the newest run has left.
    grants.query_index(function, data.runs, "by_workflow")
    return below("/api/v3/advanced", function)


def add_running(scope: Construct, platform: Platform, data: Data, steps: Steps, name: str) -> PythonFunction:
    """What publishes and starts workflows."""
    environment = run_environment(platform, data, steps)
    function = PythonFunction(scope, platform, f"api/{name}", environment=environment, memory_mb=1024)
    let_start_runs(scope, function, platform, data, steps)
    return function


def _manage(function: PythonFunction, stage: Stage, data: Data) -> None:
    """Drafts and versions, runs with their documents and proofs, and the waits of runs."""
    function.add_environment("DEFAULT_MODELS", default_models(stage.models))
    function.add_environment("ARCHITECTURE", stage.architecture)
    function.add_environment("DOCUMENTS_TABLE", data.documents.table_name)
    function.add_environment("REALTIME_TABLE", data.realtime.table_name)
    function.add_environment("AUDIT_TABLE", data.audit.table_name)
    function.add_environment("AUDIT_BUCKET", data.audit_archive.bucket_name)
    function.add_environment("AUDIT_KEYS", data.audit_key_ids)
    grants.on_tables(function, grants.GET, data.audit)
    grants.sign_receipts(function, data.bucket, data.audit_keys)
    _answer_waits(function, data)
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.documents)
    grants.on_tables(function, grants.DELETE, data.workflows, data.documents)
    grants.on_tables(function, grants.READ, data.realtime)
    grants.query_index(function, data.workflows, "by_tenant")
    grants.query_index(function, data.runs, "by_workflow")
    grants.query_index(function, data.runs, "by_tenant")
    grants.query_index(function, data.documents, "by_tenant")
    grants.query_index(function, data.documents, "by_type")
    grants.write_objects(function, data.bucket)


def _answer_waits(function: PythonFunction, data: Data) -> None:
    """Who is asked under which address, what a webhook is signed with, and the answer to the run."""
    function.add_environment("IDENTITY_TABLE", data.identity.table_name)
    function.add_environment("VAULT_TABLE", data.vault.table_name)
    function.add_environment("DATA_KEY", data.data_key.key_id)
    function.add_environment("RSA2048_KEY", data.rsa_key_id(2048))
    function.add_environment("RSA4096_KEY", data.rsa_key_id(4096))
    grants.read_users(function, data.identity)
    grants.open_secrets(function, data.vault, [data.data_key, *data.rsa_keys.values()])
