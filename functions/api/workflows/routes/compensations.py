"""The route that says what was undone of a run."""

from fastapi import APIRouter

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.runs.compensations import CompensationRepository
from functions.api.workflows.compensation_schemas import CompensationView
from functions.api.workflows.dependencies import CanRead, Runs
from functions.api.workflows.routes.runs import RunId

router = APIRouter(prefix="/api/v3/workflows", tags=["runs"], responses=ERROR_RESPONSES)


@router.get("/runs/{run_id}/compensations", summary="What was undone when the run failed or was cancelled, in order")
async def list_compensations(run_id: RunId, caller: CanRead, runs: Runs) -> list[CompensationView]:
    """At most 50: as many nodes may name one."""
    runs.read(caller.tenant_id, run_id)
    found = CompensationRepository(runs.table).read(caller.tenant_id, run_id).values()
    return [CompensationView.of(record) for record in sorted(found, key=lambda r: r.started_at)]
