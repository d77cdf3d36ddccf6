"""Routes by which a run proves what it did, and the one by which its receipt forgets what is personal."""

from fastapi import APIRouter
from fastapi.responses import Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.errors import invalid
from functions.api.workflows.dependencies import CanErase, CanRead, Contents, Proofs, Runs
from functions.api.workflows.proof_schemas import EraseReceipt, ReceiptView
from functions.api.workflows.routes.runs import RunId
from functions.api.workflows.service.proofs import receipt_response, remove_copies, shown_to

router = APIRouter(prefix="/api/v3/workflows/runs/{run_id}/proof", tags=["proofs"], responses=ERROR_RESPONSES)


@router.get(
    "",
    summary="A run's receipt: one signed file that verifies offline",
    response_model=ReceiptView,
    responses={303: {"description": "The receipt is larger than an answer can carry: a link of 15 minutes to it."}},
)
def read_receipt(run_id: RunId, caller: CanRead, runs: Runs, contents: Contents, proofs: Proofs) -> Response:
    run = runs.read(caller.tenant_id, run_id, consistent=True)
    return receipt_response(contents, caller, run, proofs.read(caller.tenant_id, run, caller.username))


@router.post("/erase", summary="Erase the values that a receipt holds; its hashes and its signature still hold")
def erase_receipt(
    run_id: RunId, body: EraseReceipt, caller: CanErase, runs: Runs, contents: Contents, proofs: Proofs
) -> ReceiptView:
    run = runs.read(caller.tenant_id, run_id, consistent=True)
    if body.confirmation != f"erase {run_id}":
        raise invalid("confirmation", f"must be 'erase {run_id}': what is erased cannot be brought back")
    file = proofs.erase(caller.tenant_id, run, caller.username)
    remove_copies(contents, caller.tenant_id, run)
    return ReceiptView.model_validate(shown_to(caller, file))
