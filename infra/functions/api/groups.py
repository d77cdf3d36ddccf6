"""The list of all groups, and what each of their doors does beside its routes."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.ai import add_advanced_ai, add_ai_workflows, add_cache
from infra.functions.api.audit import add_audit, add_compliance
from infra.functions.api.group import Group
from infra.functions.api.identity import add_auth, add_security
from infra.functions.api.operations import add_background, add_metrics, add_scheduler
from infra.functions.api.realtime import add_ws
from infra.functions.api.service import add_docs, add_health
from infra.functions.api.workflows import add_advanced, add_workflows
from infra.functions.limiting import let_count
from infra.functions.scheduling import Scheduling
from infra.functions.steps import Steps
from infra.functions.tasks import TaskQueues
from infra.stacks.data import Data


def add_groups(
    scope: Construct,
    platform: Platform,
    data: Data,
    steps: Steps,
    document_reader: PythonFunction,
    scheduling: Scheduling,
    task_queues: TaskQueues,
) -> list[Group]:
    groups = [
        add_health(scope, platform, data),
        add_docs(scope, platform),
        add_auth(scope, platform, data),
        add_security(scope, platform, data),
        add_workflows(scope, platform, data, steps),
        add_advanced(scope, platform, data, steps),
        add_ai_workflows(scope, platform, data, steps),
        add_ws(scope, platform, data),
        add_audit(scope, platform, data),
        add_compliance(scope, platform, data),
        add_cache(scope, platform, data),
        add_advanced_ai(scope, platform, data, document_reader),
        add_background(scope, platform, data, task_queues),
        add_scheduler(scope, platform, data, scheduling),
        add_metrics(scope, platform, data),
    ]
    for group in groups:
        _open_door(group, platform, data)
    return groups


def _open_door(group: Group, platform: Platform, data: Data) -> None:
    """Other origins are told of, and calls are counted."""
    function, stage = group.function, platform.stage
    function.add_environment("EDGE_PROOF", data.edge_proof)
    function.add_environment("CORS_ORIGINS", ",".join(stage.cors_origins))
    if group.prefix is None:  # health and documents: who asks whether we live must hear it
        return
    let_count(function, stage, data)
    function.add_environment("METRICS_TABLE", data.metrics.table_name)
    function.add_environment("TIMING_SECONDS", str(stage.timing_seconds))
    grants.note_timings(function, data.metrics)
