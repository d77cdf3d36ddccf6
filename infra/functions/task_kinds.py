"""What the kinds of tasks need beside the work itself: each pool's layers, environment and grants."""

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import Stack

from docchain.tasks.kinds.pools import Pool
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.asking import desk_environment, let_work_at_desk
from infra.functions.caching import cache_environment, let_cache
from infra.functions.running import let_start_runs, let_stop_runs, run_environment
from infra.functions.steps import Steps
from infra.stacks.data import Data


@dataclass(frozen=True)
class Around:
    """What there is for workers to reach."""

    platform: Platform
    data: Data
    steps: Steps
    document_reader: PythonFunction


@dataclass(frozen=True)
class Kinds:
    environment: dict[str, str]
    let: Callable[[PythonFunction], None]
    layers: tuple[str, ...] = ("core",)
    memory_mb: int = 1024


def kinds_of_pool(pool: Pool, around: Around) -> Kinds:
    made = {"light": _light, "data": _data, "documents": _documents, "ai": _ai}
    return made[pool](around)


def _light(around: Around) -> Kinds:
    """Workflows are published and started as by the API; letters leave by SES; rooms hear of notifications."""
    data, steps, stage = around.data, around.steps, around.platform.stage

    def let(function: PythonFunction) -> None:
        let_start_runs(Stack.of(function), function, around.platform, data, steps)
        # A task that is cancelled or out of time cancels its run.
        let_stop_runs(Stack.of(function), function, around.platform)
        grants.read_objects(function, data.bucket)
        grants.on_tables(function, grants.GET, data.identity)
        grants.note_letters(function, data.identity)
        grants.on_tables(function, ("GetItem", *grants.WRITE), data.realtime)
        if stage.mail_sender:
            grants.send_mail(function, stage.mail_sender)

    environment = {
        **run_environment(around.platform, data, steps),
        "IDENTITY_TABLE": data.identity.table_name,
        "REALTIME_TABLE": data.realtime.table_name,
        "MAIL_SENDER": stage.mail_sender,
    }
    return Kinds(environment, let)


def _data(around: Around) -> Kinds:
    data, platform = around.data, around.platform

    def let(function: PythonFunction) -> None:
        # Backups read and put back what is a tenant's; cleanups delete documents and records of runs, and nothing else.
        tables = (data.workflows, data.runs, data.documents, data.ai)
        grants.on_tables(function, (*grants.READ, *grants.WRITE), *tables)
        grants.on_tables(function, grants.DELETE, data.runs, data.documents)
        grants.on_tables(function, grants.GET, data.identity)
        grants.query_index(function, data.workflows, "by_tenant")
        grants.query_index(function, data.runs, "by_tenant")
        # Whose documents a cleanup leaves: those that open runs may read.
        grants.query_index(function, data.runs, "open_runs")
        for index in ("by_tenant", "by_content"):
            grants.query_index(function, data.documents, index)
        grants.query_index(function, data.tasks, "by_status")
        let_cache(function, platform, data)
        grants.on_tables(function, ("Query", *grants.DELETE), data.cache)
        grants.write_objects(function, data.bucket)
        grants.remove_content(function, data.bucket)
        grants.remove_backups(function, data.bucket)
        grants.allow(function, ["kms:Decrypt", "kms:GenerateDataKey"], [data.data_key.key_arn])

    environment = {
        **cache_environment(platform, data),
        "IDENTITY_TABLE": data.identity.table_name,
        "WORKFLOWS_TABLE": data.workflows.table_name,
        "RUNS_TABLE": data.runs.table_name,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
        "AI_TABLE": data.ai.table_name,
        "DATA_KEY": data.data_key.key_id,
    }
    return Kinds(environment, let, layers=("core", "data"), memory_mb=2048)


def _documents(around: Around) -> Kinds:
    data = around.data

    def let(function: PythonFunction) -> None:
        grants.on_tables(function, ("GetItem",), data.workflows, data.identity)
        grants.on_tables(function, ("Query",), data.runs)
        grants.on_tables(function, (*grants.GET, *grants.WRITE), data.documents)
        grants.query_usage(function, data.documents)
        grants.write_objects(function, data.bucket)

    environment = {
        "IDENTITY_TABLE": data.identity.table_name,
        "WORKFLOWS_TABLE": data.workflows.table_name,
        "RUNS_TABLE": data.runs.table_name,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
    }
    return Kinds(environment, let, layers=("core", "documents"))


def _ai(around: Around) -> Kinds:
    data = around.data

    def let(function: PythonFunction) -> None:
        let_work_at_desk(function, around.platform, data, around.document_reader)
        grants.on_tables(function, grants.GET, data.identity)
        grants.write_objects(function, data.bucket)

    environment = {
        **desk_environment(around.platform, data, around.document_reader),
        "IDENTITY_TABLE": data.identity.table_name,
        "DOCUMENTS_BUCKET": data.bucket.bucket_name,
    }
    return Kinds(environment, let, layers=("core", "ai"), memory_mb=2048)
