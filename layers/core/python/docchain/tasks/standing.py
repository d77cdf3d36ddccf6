"""Where a task stands beside its card: in line, or among the dead letters."""

from docchain.tasks import keys
from docchain.tasks.models import Phase, Task


def place(task: Task) -> tuple[str, str] | None:
    """In line, if it is."""
    if task.phase != Phase.READY:
        return None
    return keys.waiting(task.tenant_id, task.pool, task.priority), f"{task.ready_at}#{task.id}"


def grave(task: Task) -> tuple[str, str] | None:
    """Among the dead letters, if it is."""
    if task.status != "failed":
        return None
    return keys.dead(task.tenant_id), f"{task.completed_at}#{task.id}"
