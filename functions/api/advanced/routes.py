"""Routes of the advanced group."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.advanced import service, trying
from functions.api.advanced.analytics import TimeRange, WorkflowAnalytics, workflow_analytics
from functions.api.advanced.dependencies import CanExecute, CanRead, Contents, Control, Definitions
from functions.api.advanced.schemas import ExecuteOrder, ExecutionView, TrialView, TryNode

router = APIRouter(prefix="/api/v3/advanced", tags=["advanced"], responses=ERROR_RESPONSES)


@router.post("/workflows/execute", summary="Run a workflow and wait up to 25 s for its results")
async def execute_workflow(
    body: ExecuteOrder,
    caller: CanExecute,
    control: Control,
    definitions: Definitions,
    contents: Contents,
    key: Idempotency,
) -> ExecutionView:
    return service.execute(control, definitions, contents, caller, body, key)


@router.post(
    "/workflows/{workflow_id}/nodes/{node_id}/execute",
    summary="Run one node of the draft by itself, for real: what it does outside is done",
)
async def execute_node(
    workflow_id: Annotated[int, Path(ge=1, le=10**12)],
    node_id: Annotated[int, Path(ge=1, le=10**6)],
    caller: CanExecute,
    control: Control,
    contents: Contents,
    key: Idempotency,
    body: Annotated[TryNode | None, Body()] = None,
) -> TrialView:
    return trying.try_node(control, contents, caller, workflow_id, node_id, body or TryNode(), key)


@router.get("/analytics/workflows/{workflow_id}", summary="A workflow's runs over the last hour, day, week and so on")
async def read_workflow_analytics(
    workflow_id: Annotated[int, Path(ge=1, le=10**12)],
    caller: CanRead,
    control: Control,
    time_range: Annotated[TimeRange, Query()] = TimeRange.DAY,
) -> WorkflowAnalytics:
    return workflow_analytics(control, caller, workflow_id, time_range)
