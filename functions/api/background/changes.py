"""Cancelling, trying again and removing tasks, one or many."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from docchain.auth.caller import Caller
from docchain.characters import made_whole
from docchain.errors import DocchainError
from docchain.storage.idempotency import IdempotencyKey
from docchain.tasks.changing import cancel, remove, retry
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.limits import BULK_MOST
from docchain.tasks.models import Task, TaskError
from functions.api.background.dependencies import Office
from functions.api.background.schemas import UUID
from functions.api.background.service import may_ask, summary
from functions.api.background.views import BulkCancelledView, BulkChanged, ChangedView, DeletedView, RedrivenView

SHOWN: Final = 100


def cancel_task(world: Office, caller: Caller, task_id: str) -> ChangedView:
    task = cancel(world.tasks, world.tokens, caller.tenant_id, task_id, caller.username)
    says = "Task cancelled" if task.has_ended else "Task is at work and stops at its next check"
    return ChangedView(task_id=task_id, message=says, status=task.status)


def retry_task(world: Office, caller: Caller, task_id: str, key: IdempotencyKey | None) -> ChangedView:
    """Whoever has it done again must be allowed what it does."""
    may_ask(caller, world.tasks.read(caller.tenant_id, task_id).type)
    task = retry(world.tasks, world.tokens, caller.tenant_id, task_id, caller.username, key)
    return ChangedView(task_id=task_id, message="Task submitted again", status=task.status)


def delete_task(world: Office, caller: Caller, task_id: str) -> DeletedView:
    remove(world.tasks, caller.tenant_id, task_id, caller.username)
    return DeletedView(task_id=task_id)


def cancel_many(world: Office, caller: Caller, task_ids: list[str]) -> BulkCancelledView:
    def cancelled(task_id: str) -> Task:
        if not re.fullmatch(UUID, task_id):
            raise TaskNotFound(f"There is no task {task_id[:SHOWN]}.")
        return cancel(world.tasks, world.tokens, caller.tenant_id, task_id, caller.username)

    results = _each(list(dict.fromkeys(task_ids)), cancelled)
    done = sum(1 for result in results if not result.error)
    return BulkCancelledView(
        results=results,
        total_cancelled=done,
        total_failed=len(results) - done,
        status=summary(done, len(results)),
    )


def redrive(world: Office, caller: Caller, key: IdempotencyKey | None) -> RedrivenView:
    """A hundred at most in one call, newest first."""
    dead, page = world.tasks.dead_page(caller.tenant_id, limit=BULK_MOST, start_key=None)

    def again(task: Task) -> Task:
        may_ask(caller, task.type)
        own = replace(key, operation=f"{key.operation}#{task.id}") if key else None
        return retry(world.tasks, world.tokens, caller.tenant_id, task.id, caller.username, own)

    by_id = {task.id: task for task in dead}
    results = _each(list(by_id), lambda task_id: again(by_id[task_id]))
    done = sum(1 for result in results if not result.error)
    return RedrivenView(
        results=results,
        total_redriven=done,
        total_failed=len(results) - done,
        remaining=page.next_key is not None,
        status=summary(done, len(results)),
    )


def _each(task_ids: list[str], change: Callable[[str], Task]) -> list[BulkChanged]:
    results = []
    for task_id in map(made_whole, task_ids):
        try:
            results.append(BulkChanged(task_id=task_id, status=change(task_id).status))
        except DocchainError as error:
            told = TaskError(code=error.code, message=error.message, details=error.details)
            results.append(BulkChanged(task_id=task_id, error=told))
    return results
