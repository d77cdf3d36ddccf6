"""Routes that export, import and clone workflows, and do one thing to many."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.workflows.dependencies import CanRead, CanWrite, Control, Definitions, Workflows
from functions.api.workflows.portable_schemas import BulkOrder, BulkView, CloneWorkflow, WorkflowDocument
from functions.api.workflows.routes.workflows import WorkflowId
from functions.api.workflows.schemas import WorkflowView
from functions.api.workflows.service import bulk
from functions.api.workflows.service import portable as service

router = APIRouter(prefix="/api/v3/workflows", tags=["workflows"], responses=ERROR_RESPONSES)


@router.post("/import", summary="A workflow from a document that export gave; findings when it would not run")
async def import_workflow(
    body: WorkflowDocument,
    caller: CanWrite,
    workflows: Workflows,
    key: Idempotency,
    unfinished: Annotated[bool, Query(description="Take it as a draft, whatever validate would find.")] = False,
) -> WorkflowView:
    return WorkflowView.of(service.import_workflow(workflows, caller, body, key, unfinished=unfinished, imported=True))


@router.post("/bulk", summary="Activate, pause, delete or execute up to 100 workflows, each by itself")
async def do_all(body: BulkOrder, caller: CanWrite, control: Control, key: Idempotency) -> BulkView:
    return bulk.do_all(control, caller, body, key)


@router.get(
    "/{workflow_id}/export",
    summary="The draft, or a version, as one document",
    response_model=None,
    responses={200: {"model": WorkflowDocument}},
)
async def export_workflow(
    workflow_id: WorkflowId,
    response: Response,
    caller: CanRead,
    workflows: Workflows,
    definitions: Definitions,
    version: Annotated[int | None, Query(ge=1, le=10**6)] = None,
) -> dict[str, Any]:
    response.headers["content-disposition"] = f'attachment; filename="workflow-{workflow_id}.json"'
    # As written, without checks: what was drafted before a limit came is still the author's.
    return service.export_workflow(workflows, definitions, caller, workflow_id, version)


@router.post("/{workflow_id}/clone", summary="A new draft that is like this one")
async def clone_workflow(
    workflow_id: WorkflowId,
    caller: CanWrite,
    workflows: Workflows,
    key: Idempotency,
    body: Annotated[CloneWorkflow | None, Body()] = None,
) -> WorkflowView:
    name = body.name if body else None
    return WorkflowView.of(service.clone_workflow(workflows, caller, workflow_id, name, key))
