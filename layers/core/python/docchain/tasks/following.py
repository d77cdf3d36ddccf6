"""Tasks that follow others: told when those have ended, each follower once for each that it waited for."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from docchain.clock import to_iso
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.tasks import events, keys
from docchain.tasks.ending import ended, write_end
from docchain.tasks.limits import TELL_SECONDS
from docchain.tasks.models import Phase, Task, TaskError, TaskStatus
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.tokens import Tokens

_ATTEMPTS = 6


def tell_followers(repository: TaskRepository, tokens: Tokens, task: Task) -> None:
    """Harmless to repeat. A follower that ends by it has followers of its own, and they are told too.

    Whoever cancelled it waits for this, so after a while the rest is left to a worker.
    """
    until = time.monotonic() + TELL_SECONDS
    told = [task]
    while told:
        one = told.pop()
        if not one.followed:
            continue
        while waiting := repository.followers(one):
            for follower_id in waiting:
                if time.monotonic() >= until:
                    tokens.ripen(one.pool, one.tenant_id, one.id, 0)
                    return
                if ended_by_it := _tell(repository, tokens, one, follower_id):
                    told.append(ended_by_it)
        _settle(repository, one)


def _tell(repository: TaskRepository, tokens: Tokens, task: Task, follower_id: str) -> Task | None:
    """The follower, if it ended by this."""
    pk = keys.task(task.tenant_id, task.id)
    for _ in range(_ATTEMPTS):
        moves = Moves(repository.table)
        moves.also(repository.table.deleting(pk, keys.follower(follower_id), when=Attr("pk").exists()))
        before = repository.find(task.tenant_id, follower_id)
        after = _moved(moves, before, task) if before else None
        try:
            moves.write()
        except ConditionFailed:
            if follower_id not in repository.followers(task):
                return None
            continue
        if before is None or after is None or after is before:
            return None
        if after.phase == Phase.READY:
            tokens.wake(after.pool, after.tenant_id)
        elif after.due_at and not after.has_ended:
            tokens.ripen(after.pool, after.tenant_id, after.id, after.delay_seconds)
        return after if after.has_ended else None
    return None


def _moved(moves: Moves, before: Task, task: Task) -> Task:
    if before.has_ended or before.needs == 0:
        # Tried again by somebody, it waits for nobody any more: a worker may hold it, and it is not this one's to move.
        return before
    if task.status != TaskStatus.COMPLETED and not before.run_after_failure:
        error = TaskError(code="TASK_PREDECESSOR_FAILED", message=f"The task {task.id} before it has {task.status}.")
        after = before.model_copy(update=ended(TaskStatus.CANCELLED, error=error, needs=0))
        return write_end(moves, before, after, events.CANCELLED)
    after = moves.move(before, before.model_copy(update=_one_less(before)))
    if after.needs == 0:
        moves.tell(after, events.RELEASED)
    return after


def _one_less(task: Task) -> dict[str, Any]:
    needs = task.needs - 1
    if needs > 0:
        return {"needs": needs}
    now = datetime.now(UTC)
    if task.delay_seconds:
        return {"needs": 0, "due_at": to_iso(now + timedelta(seconds=task.delay_seconds))}
    return {"needs": 0, "phase": Phase.READY, "ready_at": to_iso(now)}


def _settle(repository: TaskRepository, task: Task) -> None:
    """All were told: the sweep need not look at it again. Who retried it meanwhile has settled it."""
    moves = Moves(repository.table)
    moves.move(task, task.model_copy(update={"followed": False, "due_at": None}))
    try:
        moves.write()
    except ConditionFailed:
        return
