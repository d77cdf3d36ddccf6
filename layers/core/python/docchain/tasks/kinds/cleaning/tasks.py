"""Tasks that ended long ago, with their orders, results and dead letters."""

from collections.abc import Iterator

from docchain.storage.items import Item
from docchain.tasks import keys
from docchain.tasks.changing import remove
from docchain.tasks.errors import TaskNotDeletable, TaskNotFound
from docchain.tasks.models import ENDS
from docchain.tasks.repository import TaskRepository

PER_PAGE = 50


def sweep_tasks(repository: TaskRepository, tenant: str, before: str, actor: str, *, dry_run: bool) -> Iterator[int]:
    """By when they were asked for."""
    for status in ENDS:
        start: Item | None = None
        while True:
            page = repository.table.query(
                keys.status(tenant, status.value),
                index="by_status",
                index_keys=keys.INDEXES["by_status"],
                between=("0", before),
                limit=PER_PAGE,
                start_key=start,
            )
            ids = [item["id"] for item in page.items]
            yield len(ids) if dry_run else sum(_removed(repository, tenant, task_id, actor) for task_id in ids)
            if (start := page.next_key) is None:
                break


def _removed(repository: TaskRepository, tenant: str, task_id: str, actor: str) -> int:
    try:
        remove(repository, tenant, task_id, actor)
    except (TaskNotFound, TaskNotDeletable):
        return 0  # gone, or tried again by somebody: an index tells of it a moment later
    return 1
