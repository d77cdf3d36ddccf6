"""Groups: tasks that are asked for together, and one that follows them all."""

from typing import Any, Final
from uuid import uuid4

from docchain.clock import epoch, now
from docchain.errors import invalid
from docchain.storage.idempotency import IdempotencyKey
from docchain.tasks import keys
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.limits import DELAY_SECONDS_MOST, GROUP_MOST, KEPT_SECONDS, TIMEOUT_SECONDS_MOST
from docchain.tasks.models import NewTask, Task
from docchain.tasks.repository import TaskRepository
from docchain.tasks.submitting import Asker, submit_all
from docchain.tasks.tokens import Tokens

_KEPT_SECONDS: Final = 2 * (DELAY_SECONDS_MOST + TIMEOUT_SECONDS_MOST) + KEPT_SECONDS
"""As long as its tasks: members may be put off, and the callback after them."""


class TaskGroupNotFound(TaskNotFound):
    code = "TASK_GROUP_NOT_FOUND"


def submit_group(
    repository: TaskRepository,
    tokens: Tokens,
    asker: Asker,
    members: list[NewTask],
    callback: NewTask | None,
    key: IdempotencyKey | None,
) -> tuple[str, list[Task]]:
    """The group's id and its tasks, the callback last. All of it is one transaction."""
    if not 1 <= len(members) <= GROUP_MOST:
        raise invalid("tasks", f"a group has 1 to {GROUP_MOST} tasks")
    group_id = str(uuid4())
    ids = [str(uuid4()) for _ in members]
    orders = [order.model_copy(update={"group_id": group_id}) for order in members]
    if callback:
        orders.append(callback.model_copy(update={"group_id": group_id, "after": (*ids, *callback.after)}))
    every = [*ids, *([str(uuid4())] if callback else [])]
    card = {
        "pk": keys.group(asker.tenant_id, group_id),
        "sk": keys.GROUP,
        "entity": "task_group",
        "task_ids": ids,
        "callback_id": every[-1] if callback else None,
        "created_at": now(),
        "created_by": asker.actor,
        "expires_at": epoch() + _KEPT_SECONDS,
    }
    also = [repository.table.putting(card)]
    tasks = submit_all(repository, tokens, asker, orders, key, ids=every, also=also)
    return tasks[0].group_id or group_id, tasks


def read_group(repository: TaskRepository, tenant_id: str, group_id: str) -> tuple[dict[str, Any], list[Task]]:
    """Its card, and those of its tasks that are still there. Raises ``TaskGroupNotFound``."""
    card = repository.table.get(keys.group(tenant_id, group_id), keys.GROUP, consistent=True)
    if card is None:
        raise TaskGroupNotFound(f"There is no group {group_id}.")
    ids = [*card["task_ids"], *filter(None, [card.get("callback_id")])]
    known = repository.read_many(tenant_id, ids)
    return card, [known[task_id] for task_id in ids if task_id in known]
