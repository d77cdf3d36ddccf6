"""The search by meaning: one queue for reading documents, one for making their vectors, and who asks."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from docchain.search.facts import CHANGED, GONE, MADE, REINDEX, REINDEX_CONTINUED, REQUESTED, TO_INDEX
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.models import let_ask_models, models_environment
from infra.functions.queues import filled_queue, work_off
from infra.stacks.data import Data

# A tenant that rebuilds its index must not keep the others' documents waiting for ever: all share these.
READERS = 4
INDEXERS = 4


def add_search(scope: Construct, platform: Platform, data: Data) -> tuple[PythonFunction, PythonFunction]:
    """Apart, for what reads documents and what makes vectors do not fit into one function."""
    return _add_reader(scope, platform, data), _add_indexer(scope, platform, data)


def search_environment(data: Data) -> dict[str, str]:
    return {"DOCUMENTS_TABLE": data.documents.table_name, "DOCUMENTS_BUCKET": data.bucket.bucket_name}


def let_search(function: PythonFunction, data: Data) -> None:
    """To read the index and to ask for a new one; nothing of it is written here."""
    grants.on_tables(function, (*grants.READ, "PutItem"), data.documents)
    grants.read_objects(function, data.bucket)


def _add_reader(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "queues/search_extract",
        environment=search_environment(data),
        layers=("core", "documents"),
        memory_mb=1024,
        timeout_seconds=180,
    )
    grants.on_tables(function, ("BatchGetItem", "GetItem", "PutItem"), data.documents)
    grants.query_index(function, data.documents, "by_tenant")
    grants.write_objects(function, data.bucket)
    changed = sorted(CHANGED | {REQUESTED, REINDEX, REINDEX_CONTINUED})
    made = events.EventPattern(
        source=["docchain"],
        detail_type=sorted(MADE),
        # Most nodes make no document, and nobody need hear of them here.
        detail={"data": {"documents": events.Match.exists()}},
    )
    queue = filled_queue(scope, platform, data, function, "search-extract", changed, also={"made": made})
    work_off(
        function,
        sources.SqsEventSource(queue, batch_size=1, report_batch_item_failures=True, max_concurrency=READERS),
    )
    return function


def _add_indexer(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "queues/search_index",
        environment={**search_environment(data), **models_environment(platform, data)},
        layers=("core", "ai"),
        # Vectors are CPU, and a merge holds what it merges twice.
        memory_mb=2048,
        timeout_seconds=870,
    )
    grants.on_tables(function, ("BatchGetItem", "GetItem", "PutItem", "ConditionCheckItem"), data.documents)
    grants.write_objects(function, data.bucket)
    grants.remove_search_data(function, data.bucket)
    let_ask_models(function, platform, data)
    queue = filled_queue(scope, platform, data, function, "search-index", sorted(TO_INDEX | GONE))
    work_off(
        function,
        sources.SqsEventSource(
            queue,
            # What is uploaded together becomes one segment.
            batch_size=10,
            max_batching_window=Duration.seconds(platform.stage.search_window_seconds),
            report_batch_item_failures=True,
            max_concurrency=INDEXERS,
        ),
    )
    return function
