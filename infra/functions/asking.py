"""Tasks for the AI beside workflows: who reads documents for them, and who ends long batches."""

from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from docchain.ai.batches.repository import CONTINUED, REQUESTED
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.models import let_ask_models, models_environment
from infra.functions.queues import filled_queue, work_off
from infra.stacks.data import Data

# A batch is in its queue from the beginning, and is its caller's for so long.
CALLERS_SECONDS = 35
# All tenants share these.
BATCHES_AT_A_TIME = 4


def add_document_reader(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    """Asked and waited for: what reads documents and what makes vectors do not fit into one function."""
    function = PythonFunction(
        scope,
        platform,
        "calls/read_document",
        environment={"DOCUMENTS_BUCKET": data.bucket.bucket_name},
        layers=("core", "documents"),
        memory_mb=2048,
        # Who asks has 25 s for all it does.
        timeout_seconds=22,
    )
    grants.read_objects(function, data.bucket)
    return function


def desk_environment(platform: Platform, data: Data, reader: PythonFunction) -> dict[str, str]:
    """The fields of ``DeskSettings``."""
    return {
        **models_environment(platform, data),
        "AI_TABLE": data.ai.table_name,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "DOCUMENT_READER": reader.function_name,
    }


def let_work_at_desk(function: PythonFunction, platform: Platform, data: Data, reader: PythonFunction) -> None:
    let_ask_models(function, platform, data)
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.ai)
    grants.on_tables(function, ("GetItem",), data.documents)
    grants.allow(function, ["lambda:InvokeFunction"], [reader.function_arn])


def add_batches(scope: Construct, platform: Platform, data: Data, reader: PythonFunction) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "queues/ai_batch",
        environment=desk_environment(platform, data, reader),
        layers=("core", "ai"),
        memory_mb=2048,
        timeout_seconds=870,
    )
    let_work_at_desk(function, platform, data, reader)
    orders = [CONTINUED, REQUESTED]
    queue = filled_queue(scope, platform, data, function, "ai-batch", orders, delay_seconds=CALLERS_SECONDS)
    one = sources.SqsEventSource(
        queue, batch_size=1, report_batch_item_failures=True, max_concurrency=BATCHES_AT_A_TIME
    )
    work_off(function, one)
    return function
