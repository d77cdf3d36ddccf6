"""How a stretch of work ends: done, failed, tried again, cancelled, or to be gone on with later.

Only who holds the lease may end it, and of two ends one is written. What was moved meanwhile by others (a cancel that
came too late, a follower that was added) is read again, and the end is written over it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.clock import epoch, now, to_iso
from docchain.documents.store import ContentStore
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.tasks import events, keys
from docchain.tasks.errors import TaskLeaseLost, TaskNotFound, TaskRefused
from docchain.tasks.limits import KEPT_SECONDS, RESULT_BYTES_MOST, RESULT_INLINE_BYTES, RETRY_SECONDS_MOST
from docchain.tasks.models import Phase, Task, TaskError, TaskStatus
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.texts import NotKeepable, len_in_bytes, text_of

_ATTEMPTS: Final = 6
_chance: Final = random.Random()  # noqa: S311  # nothing is secret in it

Change = Callable[[Task], dict[str, Any]]


@dataclass(frozen=True)
class Ending:
    """The end of what ``owner`` holds."""

    repository: TaskRepository
    contents: ContentStore
    owner: str

    def complete(self, task: Task, result: dict[str, Any]) -> Task:
        """Raises ``TaskRefused`` for a result that is too large, ``TaskLeaseLost``."""
        try:
            text = text_of(result)
        except NotKeepable as error:
            raise TaskRefused(f"The result has no JSON: {error}", code="TASK_RESULT_UNREADABLE") from None
        size = len_in_bytes(text)
        if size > RESULT_BYTES_MOST:
            says = f"The result has {size:,} bytes, more than {RESULT_BYTES_MOST:,}: keep it as a document"
            raise TaskRefused(says, code="TASK_RESULT_TOO_LARGE")
        sha256 = self.contents.put_result(task.tenant_id, text.encode()) if size > RESULT_INLINE_BYTES else None
        changed = {"progress": 1.0, "error": None, "result_sha256": sha256}
        kept = None if sha256 else text
        return self._end(task, lambda _: ended(TaskStatus.COMPLETED, **changed), events.COMPLETED, result=kept)

    def fail(self, task: Task, error: TaskError) -> Task:
        return self._end(task, lambda _: ended(TaskStatus.FAILED, error=error), events.FAILED)

    def cancel(self, task: Task) -> Task:
        return self._end(task, lambda _: ended(TaskStatus.CANCELLED), events.CANCELLED)

    def try_again(self, task: Task, error: TaskError) -> Task:
        """Or fails, when it was the last try; cancelled meanwhile, it is not tried again."""
        return self._end(task, lambda known: after_failure(known, error), None)

    def rest(self, task: Task, until: datetime, state: dict[str, Any]) -> Task:
        """The same attempt goes on later."""
        later = {"phase": Phase.HELD, "resting": True, "due_at": to_iso(until), "state": state, **LEFT}
        return self._end(task, lambda _: later, events.WAITING)

    def _end(self, task: Task, change: Change, kind: str | None, *, result: str | None = None) -> Task:
        for _ in range(_ATTEMPTS):
            after = task.model_copy(update=change(task))
            moves = Moves(self.repository.table)
            after = write_end(moves, task, after, kind or events.OF_STATUS[after.status], result=result)
            try:
                moves.write()
            except ConditionFailed:
                task = self._mine(task)
                continue
            return after
        raise TooMuchContention(f"The task {task.id} changes all the time.")

    def _mine(self, task: Task) -> Task:
        try:
            known = self.repository.read(task.tenant_id, task.id)
        except TaskNotFound:
            raise TaskLeaseLost("The task is gone.") from None
        if known.phase != Phase.WORKING or known.lease_owner != self.owner:
            raise TaskLeaseLost("Another worker holds the task.")
        return known


LEFT: Final[dict[str, Any]] = {"lease_owner": None}


def ended(status: TaskStatus, **changed: Any) -> dict[str, Any]:
    return {
        "status": status,
        "phase": Phase.ENDED,
        "completed_at": now(),
        "expires_at": epoch() + KEPT_SECONDS,
        "due_at": None,
        "resting": False,
        "state": {},
        **LEFT,
        **changed,
    }


def after_failure(task: Task, error: TaskError) -> dict[str, Any]:
    if task.cancel_requested:
        return ended(TaskStatus.CANCELLED, error=error)
    if task.retry_count >= task.max_retries:
        return ended(TaskStatus.FAILED, error=error)
    due = datetime.now(UTC) + timedelta(seconds=backoff_seconds(task.retry_count))
    return {
        "status": TaskStatus.RETRYING,
        "phase": Phase.HELD,
        "retry_count": task.retry_count + 1,
        "due_at": to_iso(due),
        "error": error,
        "resting": False,
        "state": {},
        **LEFT,
    }


def backoff_seconds(retry_count: int) -> float:
    """``2**n`` and up to a quarter more, so that what failed together does not come again together."""
    return min(float(RETRY_SECONDS_MOST), float(2**retry_count) * _chance.uniform(1.0, 1.25))


def write_end(moves: Moves, before: Task, after: Task, kind: str, *, result: str | None = None) -> Task:
    """Also what others end (``cancelling``, ``sweeping``). Whoever is followed stays due until its followers know."""
    if after.has_ended:
        if before.followed:
            after = after.model_copy(update={"due_at": now()})
        pk = keys.task(after.tenant_id, after.id)
        table = moves.table
        moves.also(table.updating(pk, keys.ORDER, set_={"expires_at": after.expires_at}))
        if result is not None:
            item = {"pk": pk, "sk": keys.RESULT, "entity": "task_result", "result": result}
            moves.also(table.putting({**item, "expires_at": after.expires_at}))
    after = moves.move(before, after)
    moves.tell(after, kind)
    return after
