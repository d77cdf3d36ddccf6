"""Routes that run a run again, from what it recorded."""

from typing import Annotated

from fastapi import APIRouter, Body, Path
from fastapi.responses import Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.workflows.dependencies import CanRead, CanWrite, Contents, Control, Definitions, Documents, Runs
from functions.api.workflows.replay_schemas import ReplayRun, ReplayView, RunDiff, RunFile
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


@router.get("/diff/{other_run_id}", summary="What the other run did differently, node by node, with the texts compared")
async def diff_runs(
    run_id: RunId,
    other_run_id: Annotated[int, Path(ge=1, le=10**12)],
    caller: CanRead,
    runs: Runs,
    contents: Contents,
) -> RunDiff:
    return service.diff(runs, contents, caller, run_id, other_run_id)


@router.get(
    "/export",
    summary="A run as a file that works again offline, as a test",
    response_model=RunFile,
    responses={303: {"description": "The file is larger than an answer can carry: a link of 15 minutes to it."}},
)
def export_run(
    run_id: RunId, caller: CanRead, runs: Runs, definitions: Definitions, contents: Contents, documents: Documents
) -> Response:
    return service.export(runs, definitions, contents, documents, caller, run_id)
