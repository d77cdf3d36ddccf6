"""Routes that start runs and look at them."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from docchain.auth.caller import Caller
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import LIMIT_DEFAULT, LIMIT_MOST, Pages, Paging, link_next
from docchain.runs.listing import Wanted
from docchain.runs.listing import list_runs as find_runs
from docchain.runs.repository import RunRepository
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.workflows.dependencies import (
    CanRead,
    CanWrite,
    Contents,
    Control,
    Definitions,
    Rooms,
    Runs,
    Workflows,
)
from functions.api.workflows.routes.workflows import WorkflowId
from functions.api.workflows.run_filters import RunFilters
from functions.api.workflows.run_schemas import (
    CancelRun,
    CostView,
    EventView,
    ExecuteWorkflow,
    GraphView,
    ItemView,
    NodeRunView,
    ResumeRun,
    RunView,
)
from functions.api.workflows.service import items
from functions.api.workflows.service import runs as service
from functions.api.workflows.service.graphs import GraphFormat

router = APIRouter(prefix="/api/v3/workflows", tags=["runs"], responses=ERROR_RESPONSES)
RunId = Annotated[int, Path(ge=1, le=10**12, description="Counts up per tenant.")]


@router.post("/{workflow_id}/execute", summary="Start a run; wait for its result up to 25 s if you like")
async def execute_workflow(
    workflow_id: WorkflowId,
    caller: CanWrite,
    control: Control,
    definitions: Definitions,
    contents: Contents,
    key: Idempotency,
    body: Annotated[ExecuteWorkflow | None, Body()] = None,
) -> RunView:
    order = body or ExecuteWorkflow()
    run = control.start(
        caller.tenant_id,
        workflow_id,
        order.parameters,
        caller.username,
        version=order.version,
        key=key,
        budget_usd=order.budget_usd,
    )
    if not order.wait_seconds:
        return service.started_view(definitions, caller, run)
    run = control.wait(caller.tenant_id, run, order.wait_seconds)
    return service.run_view(control.runs, definitions, contents, caller, run)


@router.get("/runs", summary="List the runs of all workflows, newest first")
async def list_runs(
    request: Request, response: Response, caller: CanRead, runs: Runs, pages: Pages, filters: RunFilters
) -> list[RunView]:
    """A page looks through at most 1,200 runs: with a filter it may be short, and still name the next one."""
    return _listed(request, response, caller, runs, pages, filters.wanted())


@router.get("/{workflow_id}/runs", summary="List a workflow's runs, newest first")
async def list_workflow_runs(
    workflow_id: WorkflowId,
    request: Request,
    response: Response,
    caller: CanRead,
    workflows: Workflows,
    runs: Runs,
    pages: Pages,
    filters: RunFilters,
) -> list[RunView]:
    workflows.read(caller.tenant_id, workflow_id)
    return _listed(request, response, caller, runs, pages, filters.wanted(workflow_id))


def _listed(
    request: Request, response: Response, caller: Caller, runs: RunRepository, pages: Paging, wanted: Wanted
) -> list[RunView]:
    scope = f"runs/{caller.tenant_id}/{wanted}"
    start = from_cursor(pages.cursor, scope)
    found, following = find_runs(runs.table, caller.tenant_id, wanted, limit=pages.limit, start=start)
    link_next(request, response, to_cursor(following, scope))
    return [service.summary_of(r) for r in found]


@router.get("/runs/{run_id}", summary="Read a run with its results")
async def read_run(run_id: RunId, caller: CanRead, runs: Runs, definitions: Definitions, contents: Contents) -> RunView:
    return service.run_view(runs, definitions, contents, caller, runs.read(caller.tenant_id, run_id))


@router.get("/runs/{run_id}/nodes", summary="Every node of a run with its record")
async def list_run_nodes(
    run_id: RunId, caller: CanRead, runs: Runs, definitions: Definitions, contents: Contents
) -> list[NodeRunView]:
    return service.node_views(runs, definitions, contents, caller, runs.read(caller.tenant_id, run_id))


@router.get("/runs/{run_id}/nodes/{key}/items", summary="The items of a foreach with what their nodes made of them")
async def list_run_items(
    run_id: RunId,
    key: Annotated[str, Path(max_length=64, description="The foreach's key.")],
    request: Request,
    response: Response,
    caller: CanRead,
    runs: Runs,
    definitions: Definitions,
    contents: Contents,
    pages: Pages,
) -> list[ItemView]:
    """A page has at most 100 records: of a chain of ten nodes that is 10 items."""
    run = runs.read(caller.tenant_id, run_id)
    scope = f"items/{caller.tenant_id}/{run_id}/{key}"
    first = items.first_of(from_cursor(pages.cursor, scope))
    views, following = items.item_views(runs, definitions, contents, caller, run, key, first, pages.limit)
    link_next(request, response, to_cursor({"index": following} if following else None, scope))
    return views


@router.get("/runs/{run_id}/events", summary="What happened, in order; `after` continues where you stopped")
async def list_run_events(
    run_id: RunId,
    caller: CanRead,
    runs: Runs,
    rooms: Rooms,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT,
) -> list[EventView]:
    runs.read(caller.tenant_id, run_id)
    return service.event_views(rooms, caller, run_id, after, limit)


@router.get("/runs/{run_id}/graph", summary="Nodes, edges and states, Mermaid or SVG", response_model=GraphView)
async def read_run_graph(
    run_id: RunId, caller: CanRead, runs: Runs, definitions: Definitions, format_: GraphFormat = "json"
) -> GraphView | Response:
    return service.run_graph(runs, definitions, caller, runs.read(caller.tenant_id, run_id), format_)


@router.get("/runs/{run_id}/cost", summary="What a run cost, node by node")
async def read_run_cost(run_id: RunId, caller: CanRead, runs: Runs) -> CostView:
    return service.cost_view(runs, caller, runs.read(caller.tenant_id, run_id))


@router.post("/runs/{run_id}/cancel", summary="Stop a run")
async def cancel_run(
    run_id: RunId, caller: CanWrite, control: Control, body: Annotated[CancelRun | None, Body()] = None
) -> RunView:
    run = control.runs.read(caller.tenant_id, run_id, consistent=True)
    reason = body.reason if body else None
    return service.summary_of(control.cancel(caller.tenant_id, run, caller.username, reason))


@router.post("/runs/{run_id}/resume", summary="Continue a failed or interrupted run from its records")
async def resume_run(
    run_id: RunId, caller: CanWrite, control: Control, body: Annotated[ResumeRun | None, Body()] = None
) -> RunView:
    run = control.runs.read(caller.tenant_id, run_id, consistent=True)
    decision = body.decision if body else None
    budget_usd = body.budget_usd if body else None
    return service.summary_of(control.resume(caller.tenant_id, run, caller.username, decision, budget_usd))
