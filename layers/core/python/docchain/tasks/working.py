"""A worker: takes tasks while there are any and time, does each, and says how it ended."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from docchain.clock import seconds_to
from docchain.documents.store import ContentStore
from docchain.errors import ClientError, DependencyUnavailable, DocchainError, PermanentStepError, RateLimited
from docchain.events.cause import caused_by
from docchain.observability import logger
from docchain.storage.errors import ConditionFailed
from docchain.tasks.claiming import Claim, claim_next
from docchain.tasks.ending import Ending
from docchain.tasks.errors import (
    TaskCancelled,
    TaskInterrupted,
    TaskLeaseLost,
    TaskRefused,
    TaskTimedOut,
    TaskWaits,
)
from docchain.tasks.following import tell_followers
from docchain.tasks.kind import TaskContext, TaskKind
from docchain.tasks.leases import Lease
from docchain.tasks.limits import DUE_LOOK_SECONDS, LOOP_SECONDS
from docchain.tasks.models import Task
from docchain.tasks.repository import TaskRepository
from docchain.tasks.ripening import ripen, ripen_due
from docchain.tasks.texts import told_of
from docchain.tasks.tokens import Token, Tokens


@dataclass(frozen=True)
class Workshop:
    """``workers``: how many the pool has, of which a tenant has some."""

    repository: TaskRepository
    contents: ContentStore
    tokens: Tokens
    kinds: Mapping[str, TaskKind]
    pool: str
    workers: int
    loop_seconds: float = LOOP_SECONDS


def work(token: Token, shop: Workshop) -> int:
    """How many tasks it did. A task that fails is no failure of the worker, so the token is done with."""
    if token.task_id:
        ripen(shop.repository, shop.tokens, token.tenant_id, token.task_id)
    until, look_at = time.monotonic() + shop.loop_seconds, 0.0
    done = 0
    while True:
        if time.monotonic() >= look_at:
            ripen_due(shop.repository, shop.tokens, shop.pool)
            look_at = time.monotonic() + DUE_LOOK_SECONDS
        claim = claim_next(shop.repository, shop.pool, shop.workers, token.tenant_id)
        if claim is None:
            break
        do(claim, shop)
        done += 1
        if time.monotonic() >= until:
            # It may have left the place that others waited for, and their tokens are gone.
            shop.tokens.wake(shop.pool, token.tenant_id)
            break
    return done


def serve(token: Token, shop: Workshop) -> None:
    """As a queue's door has it: the token is done with."""
    logger.info("worker", extra={"pool": shop.pool, "done": work(token, shop)})


def do(claim: Claim, shop: Workshop) -> None:
    task = claim.task
    ending = Ending(shop.repository, shop.contents, claim.owner)
    known = {"tenant": task.tenant_id, "task": task.id, "task_type": task.type, "attempt": task.attempt}
    try:
        with caused_by(None):
            after = _end(claim, shop, ending)
    except TaskLeaseLost:
        logger.warning("a worker has lost its task", extra=known)
        return
    logger.info("task", extra={**known, "status": after.status.value})
    if after.has_ended:
        tell_followers(shop.repository, shop.tokens, after)
    elif after.due_at:
        shop.tokens.ripen(after.pool, after.tenant_id, after.id, seconds_to(after.due_at))


def _end(claim: Claim, shop: Workshop, ending: Ending) -> Task:
    task = claim.task
    try:
        result = _run(claim, shop)
        return ending.complete(task, result)
    except TaskWaits as waits:
        return ending.rest(task, waits.until, waits.state)
    except TaskCancelled:
        return ending.cancel(task)
    except TaskTimedOut as late:
        return ending.try_again(task, told_of(late.code, late.message))
    except TaskInterrupted:
        raise
    except TaskRefused as refused:
        return ending.fail(task, told_of(refused.reason, refused.message, refused.details))
    except ValidationError as error:
        return ending.fail(task, told_of("VALIDATION_ERROR", str(error.errors()[0]["msg"])))
    except DocchainError as error:
        logger.warning("a task failed", extra={"task": task.id, "code": error.code}, exc_info=error)
        told = told_of(error.code, error.message, error.details)
        return ending.fail(task, told) if _is_final(error) else ending.try_again(task, told)
    except Exception as error:  # noqa: BLE001  # whatever a kind raises is that task's failure, and is told in its record
        logger.error("a task failed", extra={"task": task.id}, exc_info=error)
        says = f"{type(error).__name__}: it did not work, and the log of task {task.id} says why"
        return ending.try_again(task, told_of("TASK_FAILED", says))


def _run(claim: Claim, shop: Workshop) -> dict[str, object]:
    task = claim.task
    if task.type not in shop.kinds:
        raise TaskRefused(f"No worker of the pool {shop.pool} does {task.type}.", code="TASK_TYPE_UNKNOWN")
    kind = shop.kinds[task.type]
    with Lease(shop.repository, claim) as lease:
        context = TaskContext(
            tenant=task.tenant_id,
            user_id=task.user_id,
            task_id=task.id,
            attempt=task.attempt,
            deadline=claim.deadline,
            check=lease.check,
            progress=lease.progress,
            state=task.state,
        )
        if not task.state:  # one that was begun checks itself, so that it can end what it began
            lease.check()
        return kind.run(kind.parameters.model_validate(claim.metadata), context)


def _is_final(error: DocchainError) -> bool:
    """What is the asker's to mend stays as it is however often it is tried; a write that met another does not."""
    if isinstance(error, RateLimited | DependencyUnavailable | ConditionFailed):
        return False
    return isinstance(error, ClientError | PermanentStepError)
