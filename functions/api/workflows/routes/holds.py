"""Routes that keep what a run made and read beyond its time."""

from fastapi import APIRouter

from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.workflows.dependencies import CanGovern, Holds, Runs
from functions.api.workflows.proof_schemas import HoldRun, HoldView
from functions.api.workflows.routes.runs import RunId
from functions.api.workflows.schemas import Message

router = APIRouter(prefix="/api/v3/workflows/runs/{run_id}", tags=["runs"], responses=ERROR_RESPONSES)


@router.post("/hold", summary="Keep a run's documents, whatever the retention says, until it is released")
def hold_run(run_id: RunId, body: HoldRun, caller: CanGovern, runs: Runs, holds: Holds) -> HoldView:
    run = runs.read(caller.tenant_id, run_id, consistent=True)
    records = runs.read_records(caller.tenant_id, run_id)
    return HoldView.model_validate(holds.hold(caller.tenant_id, run, records, caller.username, body.reason))


@router.post("/release", summary="Let the retention have a held run's documents")
def release_run(run_id: RunId, caller: CanGovern, runs: Runs, holds: Holds) -> Message:
    holds.release(caller.tenant_id, runs.read(caller.tenant_id, run_id, consistent=True), caller.username)
    return Message(message=f"Run {run_id} is no longer held")
