"""A worker takes a task: the lane that was served longest ago, a priority drawn by weight, and the oldest there.

The claim is one conditional transaction, so of any number of workers and tokens one has the task.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError

from docchain.clock import from_iso, now, to_iso
from docchain.ids import new_ulid
from docchain.observability import logger
from docchain.storage.conditions import Condition
from docchain.storage.errors import ConditionFailed
from docchain.tasks import events, keys
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.lanes import Lane, is_busy, is_idle, is_stopped, may_begin
from docchain.tasks.limits import LEASE_SECONDS, STRETCH_SECONDS, TIMEOUT_SECONDS_MOST
from docchain.tasks.models import Phase, Priority, Task, TaskStatus
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository

_LANES_LOOKED_AT: Final = 20
_TASKS_LOOKED_AT: Final = 5
# Which of several that wait a worker tries first: those who come at once should not all want the same.
_chance: Final = random.Random()  # noqa: S311  # nothing is secret in it


@dataclass(frozen=True)
class Claim:
    """``owner`` is the lease: who is not it any more may not end the task."""

    task: Task
    metadata: dict[str, Any]
    owner: str
    deadline: datetime


def claim_next(repository: TaskRepository, pool: str, workers: int, tenant_id: str) -> Claim | None:
    """``tenant_id``: of the token, whose lane is read itself if the list of lanes does not have it yet.

    The list is an index, and a moment behind: what it says of a lane is only believed when it lets a task begin.
    """
    listed = _listed_lanes(repository, pool)
    for lane in listed:
        if claim := _claim_in(repository, lane, workers):
            return claim
    if all(lane.tenant_id != tenant_id for lane in listed):
        lane_now = repository.lane(tenant_id, pool)
        return _claim_in(repository, lane_now, workers) if lane_now else None
    return None


def _listed_lanes(repository: TaskRepository, pool: str) -> list[Lane]:
    """Those where something waits, as far as is known; longest unserved first."""
    page = repository.table.query(pool, index="lanes", index_keys=keys.LANES, limit=_LANES_LOOKED_AT)
    return [Lane.of(item) for item in page.items]


def _claim_in(repository: TaskRepository, lane: Lane, workers: int) -> Claim | None:
    order = lane.next_priorities(workers, _chance)
    if not order and not _unlisted(repository, lane, workers):
        known = repository.lane(lane.tenant_id, lane.pool)
        order = known.next_priorities(workers, _chance) if known else []
    for priority in order:
        pk = keys.waiting(lane.tenant_id, lane.pool, priority)
        entries = repository.table.query(pk, limit=_TASKS_LOOKED_AT, consistent=True).items
        _chance.shuffle(entries)
        for entry in entries:
            if claim := _claim(repository, lane.tenant_id, entry["task_id"], priority, workers):
                return claim
    return None


def _unlisted(repository: TaskRepository, lane: Lane, workers: int) -> bool:
    """Only while it is still so: who puts something into it, or leaves a place in it, lists it again."""
    try:
        repository.table.update(
            keys.tasks(lane.tenant_id), keys.lane(lane.pool), remove=("lane_pk",), when=_closed(lane, workers)
        )
    except ConditionFailed:
        return False
    return True


def _closed(lane: Lane, workers: int) -> Condition:
    if lane.paused:
        return is_stopped()
    return is_idle() if lane.waiting == 0 else is_busy(workers)


def _claim(repository: TaskRepository, tenant_id: str, task_id: str, priority: Priority, workers: int) -> Claim | None:
    try:
        task, metadata, _ = repository.read_whole(tenant_id, task_id)
    except (TaskNotFound, ValidationError) as error:
        # Whoever else waits in the pool is not to wait for this one.
        logger.error("a task in line cannot be read", extra={"tenant": tenant_id, "task": task_id}, exc_info=error)
        return None
    if task.phase != Phase.READY:
        return None
    at = datetime.now(UTC)
    attempt = {} if task.resting else _new_attempt(task, at)
    give_up_at = from_iso(attempt.get("give_up_at") or task.give_up_at or to_iso(at))
    owner = new_ulid()
    changed = {
        "status": TaskStatus.RUNNING,
        "phase": Phase.WORKING,
        "lease_owner": owner,
        "due_at": to_iso(at + timedelta(seconds=LEASE_SECONDS)),
        "resting": False,
        "started_at": task.started_at or to_iso(at),
        **attempt,
    }
    moves = Moves(repository.table)
    taken = moves.move(task, task.model_copy(update=changed), lane_when=may_begin(priority, workers))
    moves.served(taken, now())
    if attempt:
        moves.tell(taken, events.STARTED)
    try:
        moves.write()
    except ConditionFailed:
        return None
    return Claim(taken, metadata, owner, min(give_up_at, at + timedelta(seconds=STRETCH_SECONDS)))


def _new_attempt(task: Task, at: datetime) -> dict[str, Any]:
    give_up_at = at + timedelta(seconds=task.timeout_seconds or TIMEOUT_SECONDS_MOST)
    return {"attempt": task.attempt + 1, "give_up_at": to_iso(give_up_at), "progress": 0.0, "doing": ""}
