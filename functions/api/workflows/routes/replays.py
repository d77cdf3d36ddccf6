"""Routes that run a run again, from what it recorded."""

from typing import Annotated

from fastapi import APIRouter, Body

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.workflows.dependencies import CanWrite, Control, Definitions
from functions.api.workflows.replay_schemas import ReplayRun, ReplayView
from functions.api.workflows.routes.runs import RunId
from functions.api.workflows.service import replays as service

router = APIRouter(prefix="/api/v3/workflows/runs/{run_id}", tags=["replays"], responses=ERROR_RESPONSES)


@router.post("/replay", summary="Run it again from its records, with changes if you like; `dry_run` tells the plan")
async def replay_run(
    run_id: RunId,
    caller: CanWrite,
    control: Control,
    definitions: Definitions,
    key: Idempotency,
    body: Annotated[ReplayRun | None, Body()] = None,
) -> ReplayView:
    return service.replay(control, definitions, caller, run_id, body or ReplayRun(), key)
