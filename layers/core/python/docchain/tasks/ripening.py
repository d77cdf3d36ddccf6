"""Tasks whose time has come: a delay is over, or a retry or a rest; or their followers have not been told."""

from docchain.clock import now, seconds_to
from docchain.storage.errors import ConditionFailed
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.following import tell_followers
from docchain.tasks.models import Phase
from docchain.tasks.moves import Moves
from docchain.tasks.repository import TaskRepository
from docchain.tasks.tokens import Tokens


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
    except ConditionFailed:
        return False
    return True
