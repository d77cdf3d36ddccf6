"""Looking at tasks."""

from typing import Annotated

from fastapi import Query, Request, Response

from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.tasks.models import Priority, TaskStatus
from functions.api.background import service
from functions.api.background.dependencies import CanRead, World
from functions.api.background.paths import TaskPath, router_of_group
from functions.api.background.schemas import TaskType
from functions.api.background.views import GroupView, ResultView, TaskCard, TaskEvent, TaskView

router = router_of_group()


@router.get(
    "/tasks",
    summary="Tasks, newest first",
    description="With two or three filters a page may be shorter than `limit` although `Link` names another.",
)
async def list_tasks(
    request: Request,
    response: Response,
    paging: Pages,
    caller: CanRead,
    world: World,
    status: Annotated[TaskStatus | None, Query()] = None,
    task_type: Annotated[TaskType | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
) -> list[TaskCard]:
    asked = {"status": status, "type": task_type, "priority": priority}
    filters = {name: str(value) for name, value in asked.items() if value}
    scope = f"tasks/{caller.tenant_id}/{'/'.join(f'{k}={v}' for k, v in filters.items())}"
    start = from_cursor(paging.cursor, scope)
    tasks, following = world.tasks.list_page(caller.tenant_id, filters, limit=paging.limit, start_key=start)
    link_next(request, response, to_cursor(following, scope))
    return [TaskCard.of(task) for task in tasks]


@router.get("/tasks/dead-letter", summary="Tasks that failed for good, with what was wrong, newest first")
async def list_dead_letters(
    request: Request, response: Response, paging: Pages, caller: CanRead, world: World
) -> list[TaskCard]:
    scope = f"dead_tasks/{caller.tenant_id}"
    start = from_cursor(paging.cursor, scope)
    tasks, page = world.tasks.dead_page(caller.tenant_id, limit=paging.limit, start_key=start)
    link_next(request, response, to_cursor(page.next_key, scope))
    return [TaskCard.of(task) for task in tasks]


@router.get("/tasks/groups/{group_id}", summary="A group: how far its tasks are, and its callback")
async def read_group(group_id: TaskPath, caller: CanRead, world: World) -> GroupView:
    return service.find_group(world, caller.tenant_id, group_id)


@router.get("/tasks/{task_id}", summary="A task with its parameters and its result")
async def read_task(task_id: TaskPath, caller: CanRead, world: World) -> TaskView:
    return service.task_view(world, caller.tenant_id, task_id)


@router.get("/tasks/{task_id}/status", summary="A task with its parameters and its result")
async def read_status(task_id: TaskPath, caller: CanRead, world: World) -> TaskView:
    return service.task_view(world, caller.tenant_id, task_id)


@router.get("/tasks/{task_id}/result", summary="What a task came to; null until it has completed")
async def read_result(task_id: TaskPath, caller: CanRead, world: World) -> ResultView:
    return service.result_view(world, caller.tenant_id, task_id)


@router.get("/tasks/{task_id}/events", summary="What happened to a task within the last week, in its order")
async def list_events(
    request: Request, response: Response, task_id: TaskPath, paging: Pages, caller: CanRead, world: World
) -> list[TaskEvent]:
    task = world.tasks.read(caller.tenant_id, task_id)
    scope = f"task_events/{caller.tenant_id}/{task_id}"
    page = world.tasks.events_page(task, limit=paging.limit, start_key=from_cursor(paging.cursor, scope))
    link_next(request, response, to_cursor(page.next_key, scope))
    return [TaskEvent.model_validate(item["event"]) for item in page.items]
