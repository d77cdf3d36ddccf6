"""Routes of AI workflows themselves."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from docchain.ai_workflows.models import AiStatus, AiWorkflowType
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.ai_workflows.dependencies import (
    AiWorkflows,
    CanRead,
    CanWrite,
    Choices,
    Contents,
    Control,
    Executing,
    Templates,
)
from functions.api.ai_workflows.learning_schemas import RateOrder, RatingView
from functions.api.ai_workflows.schemas import (
    AiWorkflowView,
    CancelledView,
    CardView,
    ChangeAiWorkflow,
    CreateAiWorkflow,
    CreatedView,
    ExecuteOrder,
    ExecutionView,
    Message,
)
from functions.api.ai_workflows.service import learning, making, running

router = APIRouter(prefix="/api/v3/ai-workflows", tags=["ai-workflows"], responses=ERROR_RESPONSES)
AiWorkflowId = Annotated[str, Path(min_length=1, max_length=60)]


@router.post("", summary="Make an AI workflow, from a template, from steps, or from its type")
async def create_ai_workflow(
    body: CreateAiWorkflow,
    caller: CanWrite,
    ai: AiWorkflows,
    control: Control,
    templates: Templates,
    choices: Choices,
    key: Idempotency,
) -> CreatedView:
    return CreatedView.of(making.create(ai, control.workflows, templates, choices, caller, body, key))


@router.get("", summary="AI workflows, newest first")
async def list_ai_workflows(
    caller: CanRead,
    ai: AiWorkflows,
    pages: Pages,
    request: Request,
    response: Response,
    workflow_type: Annotated[AiWorkflowType | None, Query()] = None,
    status: Annotated[AiStatus | None, Query()] = None,
) -> list[CardView]:
    scope = "/".join(["ai-workflows", caller.tenant_id, workflow_type or "", status or ""])
    found, following = ai.find_cards(
        caller.tenant_id,
        kind=workflow_type,
        status=status,
        limit=pages.limit,
        start_key=from_cursor(pages.cursor, scope),
    )
    link_next(request, response, to_cursor(following, scope))
    return [CardView.of(card) for card in found]


@router.post("/{ai_workflow_id}/execute", summary="Run it, and wait up to 25 s for its results")
async def execute_ai_workflow(
    ai_workflow_id: AiWorkflowId,
    caller: CanWrite,
    executor: Executing,
    contents: Contents,
    key: Idempotency,
    body: Annotated[ExecuteOrder | None, Body()] = None,
) -> ExecutionView:
    number = running.number_in(ai_workflow_id)
    return running.execute(executor, contents, caller, number, body or ExecuteOrder(), key)


@router.post("/{ai_workflow_id}/cancel", summary="Stop it; what its steps did until then stays")
async def cancel_ai_workflow(ai_workflow_id: AiWorkflowId, caller: CanWrite, executor: Executing) -> CancelledView:
    whole = executor.workflows.read(caller.tenant_id, running.number_in(ai_workflow_id))
    card = executor.cancel(caller.tenant_id, whole, caller.username)
    return CancelledView(workflow_id=card.id, message="AI workflow cancelled.", status=card.status)


@router.post("/{ai_workflow_id}/rating", summary="Rate the last run's results from one to five")
async def rate_ai_workflow(
    ai_workflow_id: AiWorkflowId, body: RateOrder, caller: CanWrite, executor: Executing, key: Idempotency
) -> RatingView:
    return RatingView.of(learning.rate(executor, caller, running.number_in(ai_workflow_id), body, key))


@router.get("/{ai_workflow_id}", summary="An AI workflow with its steps, results and errors as they are now")
async def read_ai_workflow(
    ai_workflow_id: AiWorkflowId, caller: CanRead, executor: Executing, contents: Contents
) -> AiWorkflowView:
    return running.look(executor, contents, caller, running.number_in(ai_workflow_id))


@router.put("/{ai_workflow_id}", summary="Change it while it is not at work")
async def change_ai_workflow(
    ai_workflow_id: AiWorkflowId,
    body: ChangeAiWorkflow,
    caller: CanWrite,
    executor: Executing,
    contents: Contents,
    templates: Templates,
    choices: Choices,
) -> AiWorkflowView:
    number = running.number_in(ai_workflow_id)
    making.change(executor, templates, choices, caller, number, body)
    return running.look(executor, contents, caller, number)


@router.delete("/{ai_workflow_id}", summary="Delete it; its runs and versions stay")
async def delete_ai_workflow(ai_workflow_id: AiWorkflowId, caller: CanWrite, executor: Executing) -> Message:
    making.delete(executor, caller, running.number_in(ai_workflow_id))
    return Message(message="AI workflow deleted.")
