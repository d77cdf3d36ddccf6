"""The net below the workers: each minute it looks at what is due and was not moved, and at lanes where something waits.

It finds tasks whose worker was killed, whose token was lost, whose delay is longer than a queue waits, and those that
have ended without their followers having been told. All it does may be done twice.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from docchain.clock import seconds_to, to_iso
from docchain.observability import logger
from docchain.storage.errors import ConditionFailed
from docchain.tasks import events, keys
from docchain.tasks.ending import after_failure, write_end
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.following import tell_followers
from docchain.tasks.lanes import Lane
from docchain.tasks.models import Phase, Task, TaskError
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.tokens import Token, Tokens

AHEAD_SECONDS: Final = 75
"""Longer than until the next look."""
DUE_MOST: Final = 2_000
LANES_MOST: Final = 1_000
_LOST: Final = TaskError(code="TASK_WORKER_LOST", message="Its worker ended in the middle of it.")
_LATE: Final = TaskError(code="TASK_TIMED_OUT", message="The task has taken longer than it may.")


def sweep(repository: TaskRepository, tokens: Tokens, pool: str, workers: int) -> dict[str, int]:
    seen = {"sent": 0, "recovered": 0, "woken": 0, "failed": 0}
    horizon = to_iso(datetime.now(UTC) + timedelta(seconds=AHEAD_SECONDS))
    near: list[tuple[Token, float]] = []
    for item in _due(repository, pool, horizon):
        try:
            task = Task.model_validate(item)
            left = seconds_to(str(task.due_at))
            if task.phase != Phase.WORKING:
                # Of those that have ended, workers tell the followers: there may be thousands.
                near.append((Token(tenant_id=task.tenant_id, task_id=task.id), left))
            elif left <= 0:
                seen["recovered"] += recover(repository, tokens, task)
        except Exception as error:  # noqa: BLE001  # it is due each minute, and the others behind it are due too
            logger.error("a task could not be swept", extra={"pool": pool, "at": item.get("pk")}, exc_info=error)
            seen["failed"] += 1
    tokens.send(pool, near)
    seen["sent"] = len(near)
    seen["woken"] = _wake(repository, tokens, pool, workers)
    return seen


def recover(repository: TaskRepository, tokens: Tokens, task: Task) -> bool:
    """A lease that nobody renewed. ``False`` when its worker was only slow to be seen."""
    try:
        known = repository.read(task.tenant_id, task.id)
    except TaskNotFound:
        return False
    if known.phase != Phase.WORKING or seconds_to(known.due_at or "") > 0:
        return False
    late = known.give_up_at is not None and seconds_to(known.give_up_at) <= 0
    after = known.model_copy(update=after_failure(known, _LATE if late else _LOST))
    moves = Moves(repository.table)
    after = write_end(moves, known, after, events.OF_STATUS[after.status])
    try:
        moves.write()
    except ConditionFailed:
        return False
    logger.warning("a task had lost its worker", extra={"tenant": task.tenant_id, "task": task.id})
    if after.has_ended:
        tell_followers(repository, tokens, after)
    elif after.due_at:
        tokens.ripen(after.pool, after.tenant_id, after.id, seconds_to(after.due_at))
    return True


def _due(repository: TaskRepository, pool: str, horizon: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    start = None
    while len(found) < DUE_MOST:
        page = repository.table.query(
            keys.due(pool), index="due", index_keys=keys.DUE, between=("0", horizon), start_key=start
        )
        found += page.items
        start = page.next_key
        if start is None:
            break
    return found


def _wake(repository: TaskRepository, tokens: Tokens, pool: str, workers: int) -> int:
    """A lane with something in it gets as many tokens as it may have workers."""
    page = repository.table.query(pool, index="lanes", index_keys=keys.LANES, limit=LANES_MOST)
    lanes = [lane for lane in map(Lane.of, page.items) if lane.waiting and not lane.paused]
    # Together, since a call for each of a thousand lanes takes longer than the sweep may.
    woken = [(Token(tenant_id=lane.tenant_id), 0.0) for lane in lanes for _ in range(min(lane.waiting, workers))]
    tokens.send(pool, woken)
    return len(woken)
