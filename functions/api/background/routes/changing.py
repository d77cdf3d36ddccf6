"""Cancelling, trying again, removing."""

from typing import Annotated

from fastapi import Body
from pydantic import Field

from docchain.entrypoints.idempotency import Idempotency
from docchain.tasks.limits import BULK_MOST
from functions.api.background import changes
from functions.api.background.dependencies import CanWrite, World
from functions.api.background.paths import TaskPath, router_of_group
from functions.api.background.schemas import CancelTasks
from functions.api.background.views import BulkCancelledView, ChangedView, DeletedView, RedrivenView

router = router_of_group()
Ids = Annotated[list[str], Field(min_length=1, max_length=BULK_MOST)]


@router.post("/tasks/bulk/cancel", summary="Cancel up to a hundred tasks; each says what became of it")
async def cancel_bulk(
    body: Annotated[CancelTasks | Ids, Body(examples=[{"task_ids": []}])], caller: CanWrite, world: World
) -> BulkCancelledView:
    return changes.cancel_many(world, caller, body.task_ids if isinstance(body, CancelTasks) else body)


@router.post("/tasks/dead-letter/redrive", summary="Try dead letters again, up to a hundred in one call")
async def redrive_all(caller: CanWrite, world: World, key: Idempotency) -> RedrivenView:
    return changes.redrive(world, caller, key)


@router.post("/tasks/dead-letter/{task_id}/redrive", summary="Try one dead letter again")
async def redrive_task(task_id: TaskPath, caller: CanWrite, world: World, key: Idempotency) -> ChangedView:
    return changes.retry_task(world, caller, task_id, key)


@router.post("/tasks/{task_id}/cancel", summary="Cancel a task, also while it is at work")
async def cancel_task(task_id: TaskPath, caller: CanWrite, world: World) -> ChangedView:
    return changes.cancel_task(world, caller, task_id)


@router.post("/tasks/{task_id}/retry", summary="Try a failed or cancelled task again, from the beginning")
async def retry_task(task_id: TaskPath, caller: CanWrite, world: World, key: Idempotency) -> ChangedView:
    return changes.retry_task(world, caller, task_id, key)


@router.delete("/tasks/{task_id}", summary="Remove a task that has ended, with its result")
async def delete_task(task_id: TaskPath, caller: CanWrite, world: World) -> DeletedView:
    return changes.delete_task(world, caller, task_id)
