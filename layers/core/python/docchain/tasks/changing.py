"""What people do to a task that exists: cancel it, try it again, remove it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from docchain.clock import epoch, to_iso
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey
from docchain.tasks import events, keys
from docchain.tasks.ending import ended, write_end
from docchain.tasks.errors import TaskNotCancellable, TaskNotDeletable, TaskNotRetryable
from docchain.tasks.following import tell_followers
from docchain.tasks.models import Phase, Task, TaskStatus
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.standing import grave
from docchain.tasks.tokens import Tokens

_ATTEMPTS = 6


def cancel(repository: TaskRepository, tokens: Tokens, tenant_id: str, task_id: str, actor: str) -> Task:
    """At once while nobody works on it; else its worker is told and stops at its next check.

    Harmless to repeat. Raises ``TaskNotFound``, ``TaskNotCancellable`` for one that has completed or failed.
    """

    def cancelled(moves: Moves, task: Task) -> Task:
        if task.status == TaskStatus.CANCELLED or (task.cancel_requested and not task.has_ended):
            return task
        if task.has_ended:
            raise TaskNotCancellable(f"The task has {task.status} already.")
        if task.phase == Phase.WORKING:
            asked = moves.move(task, task.model_copy(update={"cancel_requested": True}))
            moves.tell(asked, events.CANCEL_REQUESTED, by=actor)
            return asked
        if task.resting:
            # What it began goes on without it: a worker takes it once more, to end that (a run) along with it.
            soon = {
                "cancel_requested": True,
                "phase": Phase.READY,
                "due_at": None,
                "ready_at": to_iso(datetime.now(UTC)),
            }
            asked = moves.move(task, task.model_copy(update=soon))
            moves.tell(asked, events.CANCEL_REQUESTED, by=actor)
            return asked
        return write_end(moves, task, task.model_copy(update=ended(TaskStatus.CANCELLED)), events.CANCELLED)

    after = _changed(repository, tenant_id, task_id, cancelled)
    if after.has_ended:
        tell_followers(repository, tokens, after)
    elif after.phase == Phase.READY:
        tokens.wake(after.pool, tenant_id)
    return after


def retry(
    repository: TaskRepository,
    tokens: Tokens,
    tenant_id: str,
    task_id: str,
    actor: str,
    key: IdempotencyKey | None = None,
) -> Task:
    """From the beginning, with all its retries. Raises ``TaskNotFound``, ``TaskNotRetryable``.

    The same ``key`` answers the same and starts nothing, though it has failed again since.
    """
    if key and (earlier := key.earlier_answer(repository.table)):
        return Task.model_validate(earlier["task"])

    def retried(moves: Moves, task: Task) -> Task:
        if task.status not in (TaskStatus.FAILED, TaskStatus.CANCELLED):
            raise TaskNotRetryable(f"Only what has failed or was cancelled is tried again; this is {task.status}.")
        if task.expires_at and task.expires_at <= epoch():
            # Its parameters may have gone before its card.
            raise TaskNotRetryable("The task is older than tasks are kept.")
        again: dict[str, Any] = {
            "status": TaskStatus.PENDING,
            "phase": Phase.READY,
            "ready_at": to_iso(datetime.now(UTC)),
            "completed_at": None,
            "expires_at": None,
            "due_at": None,
            "retry_count": 0,
            "needs": 0,
            "progress": 0.0,
            "doing": "",
            "cancel_requested": False,
            "error": None,
        }
        after = moves.move(task, task.model_copy(update=again))
        pk = keys.task(tenant_id, task_id)
        moves.also(moves.table.updating(pk, keys.ORDER, set_={"expires_at": None}))
        moves.tell(after, events.RETRIED, by=actor)
        if key:
            moves.also(key.recording(moves.table, {"task": after.model_dump(mode="json", exclude_none=True)}))
        return after

    try:
        after = _changed(repository, tenant_id, task_id, retried)
    except TaskNotRetryable:
        # Of two requests with one key that came at once, this is the second.
        if key and (earlier := key.earlier_answer(repository.table)):
            return Task.model_validate(earlier["task"])
        raise
    tokens.wake(after.pool, tenant_id)
    return after


def remove(repository: TaskRepository, tenant_id: str, task_id: str, actor: str) -> None:
    """What has ended; the counters still know that it was. Raises ``TaskNotFound``, ``TaskNotDeletable``."""
    task = repository.read(tenant_id, task_id)
    if not task.has_ended:
        raise TaskNotDeletable(f"The task is {task.status}; cancel it first.")
    if task.followed:
        # Without its card nobody finds them, and they would wait for ever.
        raise TaskNotDeletable("Tasks that follow it have not been told yet; try again in a minute.")
    table, pk = repository.table, keys.task(tenant_id, task_id)
    actions = [
        table.deleting(pk, keys.CARD, when=Attr("rev").eq(task.rev)),
        table.deleting(pk, keys.ORDER),
        table.deleting(pk, keys.RESULT),
        table.putting(events.told(task, events.DELETED, by=actor)),
    ]
    if standing := grave(task):
        actions.append(table.deleting(*standing))
    try:
        table.transact(actions)
    except ConditionFailed:
        raise TaskNotDeletable("The task has changed meanwhile; look at it again.") from None


def _changed(repository: TaskRepository, tenant_id: str, task_id: str, change: Callable[[Moves, Task], Task]) -> Task:
    for _ in range(_ATTEMPTS):
        task = repository.read(tenant_id, task_id)
        moves = Moves(repository.table)
        after = change(moves, task)
        if after is task:
            return task
        try:
            moves.write()
        except ConditionFailed:
            continue
        return after
    raise TooMuchContention(f"The task {task_id} changes all the time; try again.")
