"""Routes of workflows themselves."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.errors import invalid
from docchain.workflows.listing import Sort, Wanted
from docchain.workflows.models import WorkflowStatus
from docchain.workflows.words import LENGTH_LEAST, asked_words
from functions.api.workflows.dependencies import CanRead, CanWrite, Workflows
from functions.api.workflows.schemas import ChangeWorkflow, CreateWorkflow, Message, Tag, WorkflowView
from functions.api.workflows.service import workflows as service

SKIP_MOST = 10_000

router = APIRouter(prefix="/api/v3/workflows", tags=["workflows"], responses=ERROR_RESPONSES)
WorkflowId = Annotated[int, Path(ge=1, le=10**12, description="Counts up per tenant.")]


@router.get("", summary="List workflows: all, or by tag, status and words of name and description")
async def list_workflows(
    request: Request,
    response: Response,
    caller: CanRead,
    workflows: Workflows,
    pages: Pages,
    skip: Annotated[int, Query(ge=0, le=SKIP_MOST)] = 0,
    tag: Tag | None = None,
    status: WorkflowStatus | None = None,
    search: Annotated[str | None, Query(max_length=200, description="Beginnings of words; all must be there.")] = None,
    sort: Annotated[Sort | None, Query(description="By id when absent, or by the word that was searched.")] = None,
) -> list[WorkflowView]:
    wanted = Wanted(tag, status, asked_words(search or ""), sort)
    if search and not wanted.words:
        raise invalid("search", f"has no word of {LENGTH_LEAST} letters or more")
    found, cursor = service.read_page(workflows, caller, pages, skip, wanted)
    link_next(request, response, cursor)
    return [WorkflowView.of(w) for w in found]


@router.post("", summary="Create a workflow, with its nodes if you like")
async def create_workflow(
    body: CreateWorkflow, caller: CanWrite, workflows: Workflows, key: Idempotency
) -> WorkflowView:
    return WorkflowView.of(service.create_workflow(workflows, caller, body, key))


@router.get("/{workflow_id}", summary="Read a workflow")
async def read_workflow(workflow_id: WorkflowId, caller: CanRead, workflows: Workflows) -> WorkflowView:
    return WorkflowView.of(workflows.read(caller.tenant_id, workflow_id))


@router.put("/{workflow_id}", summary="Change a workflow")
async def change_workflow(
    workflow_id: WorkflowId, body: ChangeWorkflow, caller: CanWrite, workflows: Workflows
) -> WorkflowView:
    return WorkflowView.of(service.change_workflow(workflows, caller, workflow_id, body))


@router.delete("/{workflow_id}", summary="Delete a workflow; its runs stay readable")
async def delete_workflow(workflow_id: WorkflowId, caller: CanWrite, workflows: Workflows) -> Message:
    service.delete_workflow(workflows, caller, workflow_id)
    return Message(message=f"Workflow {workflow_id} deleted")
