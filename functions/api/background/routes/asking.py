"""Asking for tasks."""

from typing import Annotated, Any

from fastapi import Body
from pydantic import Field

from docchain.entrypoints.idempotency import Idempotency
from docchain.tasks.limits import BULK_MOST
from functions.api.background import service
from functions.api.background.dependencies import CanWrite, World
from functions.api.background.paths import router_of_group
from functions.api.background.schemas import (
    CleanUp,
    ExecuteWorkflow,
    ProcessAi,
    ProcessAnalytics,
    SendNotification,
    SubmitGroup,
    SubmitTask,
)
from functions.api.background.views import BulkSubmittedView, GroupView, SubmittedView

router = router_of_group()
One = Annotated[SubmitTask | dict[str, Any], Field(union_mode="left_to_right")]
_MANY = [{"name": "North", "task_type": "data_processing"}, {"name": "Tidy", "task_type": "cleanup"}]
Many = Annotated[list[One], Body(min_length=1, max_length=BULK_MOST, examples=[_MANY])]


@router.post("/tasks/submit", summary="Ask for a task")
async def submit_task(body: SubmitTask, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/workflow/execute", summary="Run a workflow in the background")
async def execute_workflow(body: ExecuteWorkflow, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/ai/process", summary="Ask a model in the background")
async def process_ai(body: ProcessAi, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/notification/send", summary="Send a notification in the background")
async def send_notification(body: SendNotification, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/analytics/process", summary="Compute statistics in the background")
async def process_analytics(body: ProcessAnalytics, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/cleanup", summary="Remove what is over")
async def clean_up(body: CleanUp, caller: CanWrite, world: World, key: Idempotency) -> SubmittedView:
    return SubmittedView.of(service.submit_task(world, caller, body.order(), key))


@router.post("/tasks/bulk/submit", summary="Ask for up to a hundred tasks; each says whether it was taken")
async def submit_bulk(body: Many, caller: CanWrite, world: World, key: Idempotency) -> BulkSubmittedView:
    return service.submit_bulk(world, caller, body, key)


@router.post("/tasks/groups", summary="Ask for tasks together, and for one that follows them all")
async def submit_group(body: SubmitGroup, caller: CanWrite, world: World, key: Idempotency) -> GroupView:
    return service.create_group(world, caller, body, key)
