"""Doors to what AI does: on request, as AI workflows, and the cache that pays equal prompts once."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.functions.api.workflows import add_running
from infra.functions.asking import desk_environment, let_work_at_desk
from infra.functions.caching import cache_environment, let_cache
from infra.functions.searching import let_search, search_environment
from infra.functions.steps import Steps
from infra.stacks.data import Data


def add_ai_workflows(scope: Construct, platform: Platform, data: Data, steps: Steps) -> Group:
    """Workflows of the engine under names of their own; deleting one takes it out of the engine's lists."""
    function = add_running(scope, platform, data, steps, "ai_workflows")
    grants.on_tables(function, grants.DELETE, data.workflows)
    grants.stop_executions(function, f"{platform.stage.prefix}-")
    return Group(function, "/api/v3/ai-workflows")


def add_cache(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(scope, platform, "api/cache", environment=cache_environment(platform, data))
    let_cache(function, platform, data)
    grants.on_tables(function, ("Query", *grants.DELETE), data.cache)
    return Group(function, "/api/v3/advanced/cache")


def add_advanced_ai(scope: Construct, platform: Platform, data: Data, document_reader: PythonFunction) -> Group:
    function = PythonFunction(
        scope,
        platform,
        "api/advanced_ai",
        environment={
            **search_environment(data),
            **desk_environment(platform, data, document_reader),
            "REALTIME_TABLE": data.realtime.table_name,
        },
        layers=("core", "ai"),
        # An index of 100,000 chunks takes 150 MB, and several tenants' stay warm.
        memory_mb=2048,
    )
    let_search(function, data)
    let_work_at_desk(function, platform, data, document_reader)
    # Prompts are deleted; which circuits are open is shown; who of a person's sockets listens is looked up.
    grants.on_tables(function, grants.DELETE, data.ai)
    grants.on_tables(function, ("Query",), data.limits, data.realtime)
    return Group(function, "/api/v3/advanced/ai", exact=("/api/v3/advanced/services/ai/stats",), pushes=True)
