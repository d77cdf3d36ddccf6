"""Routes of the advanced group."""

from fastapi import APIRouter

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.advanced import service
from functions.api.advanced.dependencies import CanExecute, Contents, Control, Definitions
from functions.api.advanced.schemas import ExecuteOrder, ExecutionView

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
