"""Why a run is where it is, and which runs are stuck."""

from fastapi import APIRouter, Request, Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.workflows.dependencies import CanRead, Control, Definitions, Stuck, Waits
from functions.api.workflows.proof_schemas import ExplanationView, StuckView
from functions.api.workflows.routes.runs import RunId
from functions.api.workflows.service import stuck as service

router = APIRouter(prefix="/api/v3/workflows/runs", tags=["runs"], responses=ERROR_RESPONSES)


@router.get("/stuck", summary="Runs that do not go on, as the sweeper noted them at its last look")
def list_stuck_runs(
    request: Request, response: Response, caller: CanRead, stuck: Stuck, pages: Pages
) -> list[StuckView]:
    scope = f"stuck/{caller.tenant_id}"
    found, page = stuck.read_page(caller.tenant_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope))
    link_next(request, response, to_cursor(page.next_key, scope))
    return [service.stuck_view(run, note) for run, note in found]


@router.get("/{run_id}/explain", summary="What a run waits for, since when, and whether that is as it should be")
def explain_run(
    run_id: RunId, caller: CanRead, control: Control, waits: Waits, definitions: Definitions
) -> ExplanationView:
    run = control.runs.read(caller.tenant_id, run_id, consistent=True)
    return service.explanation_view(control, waits, definitions, caller.tenant_id, run)
