"""Views of a run: all of them over its records."""

from collections import Counter

from fastapi import Response

from docchain.auth.caller import Caller
from docchain.clock import from_iso
from docchain.costs.steps import PRICES_AS_OF
from docchain.documents.store import ContentStore
from docchain.realtime.history import read_history
from docchain.runs.models import OPEN, NodeRecord, NodeStatus, Run, RunStatus
from docchain.runs.repository import RunRepository
from docchain.runs.results import INLINE_RESULTS_BYTES_MOST, bounded_output, results_of
from docchain.storage.table import Table
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from functions.api.workflows.run_schemas import CostView, EventView, GraphView, NodeRunView, RunView
from functions.api.workflows.service.graphs import graph_answer
from functions.api.workflows.service.waiting import with_waits


def summary_of(run: Run) -> RunView:
    return RunView(
        parameters=run.params,
        execution_time=_seconds(run.started_at, run.finished_at),
        **run.model_dump(exclude={"params": True, "state_machine_arn": True, "replay_of": {"candidates", "lists"}}),
    )


def started_view(definitions: DefinitionReader, caller: Caller, run: Run) -> RunView:
    """A run that was just started and is not waited for: its nodes are all to come, which needs no look."""
    definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
    return summary_of(run).model_copy(update={"node_counts": {NodeStatus.PENDING.value: len(definition.nodes)}})


def run_view(
    runs: RunRepository, definitions: DefinitionReader, contents: ContentStore, caller: Caller, run: Run
) -> RunView:
    definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
    records = {r.key: r for r in runs.read_records(caller.tenant_id, run.id)}
    counts = Counter(_status(run, records.get(n.key)).value for n in definition.nodes)
    view = summary_of(run).model_copy(update={"node_counts": dict(counts)})
    if run.status in OPEN:
        return view
    return view.model_copy(update={"results": results_of(contents, caller.tenant_id, definition, records)})


def node_views(
    runs: RunRepository, definitions: DefinitionReader, contents: ContentStore, caller: Caller, run: Run
) -> list[NodeRunView]:
    definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
    records = {r.key: r for r in runs.read_records(caller.tenant_id, run.id)}
    budget = INLINE_RESULTS_BYTES_MOST
    views = []
    for node in definition.nodes:
        record = records.get(node.key)
        view = NodeRunView(
            id=node.id, key=node.key, name=node.name, node_type=node.node_type, status=_status(run, record)
        )
        if record:
            output, budget = bounded_output(contents, caller.tenant_id, record, budget)
            fields = record.model_dump(include=_RECORD_FIELDS)
            fields["reused_from"] = record.reused_from
            spent = _seconds(record.started_at, record.finished_at)
            view = view.model_copy(update={**fields, "output": output, "execution_time": spent})
        views.append(view)
    if any(view.status == NodeStatus.WAITING for view in views):
        return with_waits(WaitRepository(runs.table), caller, run.id, views)
    return views


_RECORD_FIELDS = {
    "attempts",
    "started_at",
    "finished_at",
    "output_hash",
    "facts",
    "documents",
    "usage",
    "cost_usd",
    "effect_class",
    "error",
}


def event_views(rooms: Table, caller: Caller, run_id: int, after: int, limit: int) -> list[EventView]:
    """The room's own history, so that REST and WebSocket number the same things alike."""
    messages = read_history(rooms, caller.tenant_id, f"run_{run_id}", after=after, limit=limit)
    return [EventView(**m.model_dump(include=set(EventView.model_fields))) for m in messages]


def run_graph(
    runs: RunRepository, definitions: DefinitionReader, caller: Caller, run: Run, format_: str
) -> GraphView | Response:
    definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
    records = {r.key: r for r in runs.read_records(caller.tenant_id, run.id)}
    states = {n.key: _status(run, records.get(n.key)).value for n in definition.nodes}
    return graph_answer(definition, format_, states)


def cost_view(runs: RunRepository, caller: Caller, run: Run) -> CostView:
    records = runs.read_records(caller.tenant_id, run.id)
    nodes = [{"key": r.key, "usage": r.usage, "cost_usd": r.cost_usd or 0.0} for r in records]
    total = run.cost_usd if run.cost_usd is not None else sum(r.cost_usd or 0.0 for r in records)
    return CostView(run_id=run.id, total=round(total, 9), nodes=nodes, prices_as_of=PRICES_AS_OF)


_AT_WORK = frozenset({NodeStatus.RUNNING, NodeStatus.WAITING})


def _status(run: Run, record: NodeRecord | None) -> NodeStatus:
    """A node without a record is still to come while the run is open, and was passed by when it completed.

    One that was at work when its run ended never came back.
    """
    if record and record.status in _AT_WORK and run.status != RunStatus.RUNNING:
        # A succeed elsewhere in the run ends what runs beside it.
        cut = run.status in (RunStatus.CANCELLED, RunStatus.COMPLETED)
        return NodeStatus.CANCELLED if cut else NodeStatus.FAILED
    if record:
        return record.status
    return NodeStatus.SKIPPED if run.status == RunStatus.COMPLETED else NodeStatus.PENDING


def _seconds(started: str | None, finished: str | None) -> float | None:
    if not started or not finished:
        return None
    return round((from_iso(finished) - from_iso(started)).total_seconds(), 3)
