"""Tasks whose time has come: a delay is over, or a retry or a rest; or their followers have not been told."""

import random
import time
from typing import Final

from pydantic import ValidationError

from docchain.clock import now, seconds_to
from docchain.observability import logger
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.tasks import keys
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.following import tell_followers
from docchain.tasks.models import Phase
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.tokens import Tokens

_LOOKED_AT: Final = 50
_AT_A_TIME: Final = 10
_SECONDS: Final = 1.0
_chance: Final = random.Random()  # noqa: S311  # nothing is secret in it


def ripen(repository: TaskRepository, tokens: Tokens, tenant_id: str, task_id: str) -> bool:
    """``True`` when it is ready now by this call. What comes early is asked for again."""
    try:
        task = repository.read(tenant_id, task_id)
    except TaskNotFound:
        return False
    if task.has_ended:
        tell_followers(repository, tokens, task)
        return False
    if task.phase != Phase.HELD or task.due_at is None:
        return False
    early = seconds_to(task.due_at)
    if early > 0:
        tokens.ripen(task.pool, tenant_id, task_id, early)
        return False
    moves = Moves(repository.table)
    moves.move(task, task.model_copy(update={"phase": Phase.READY, "due_at": None, "ready_at": now()}))
    try:
        moves.write()
    except (ConditionFailed, TooMuchContention):
        return False
    return True


def ripen_due(repository: TaskRepository, tokens: Tokens, pool: str) -> None:
    """Some of what is due in a pool, whichever tenant's: their own tokens may lie behind thousands of others."""
    page = repository.table.query(
        keys.due(pool), index="due", index_keys=keys.DUE, between=("0", now()), limit=_LOOKED_AT
    )
    due = [item for item in page.items if item["phase"] != Phase.WORKING]
    until = time.monotonic() + _SECONDS
    # Workers that look at the same moment should not all want the same.
    for item in _chance.sample(due, min(len(due), _AT_A_TIME)):
        if time.monotonic() >= until:
            # Those with many followers take their time, and a stretch of work has to end before its Lambda.
            return
        try:
            ripen(repository, tokens, item["tenant_id"], item["id"])
        except ValidationError as error:
            logger.error("a task that is due cannot be read", extra={"task": item["id"]}, exc_info=error)
