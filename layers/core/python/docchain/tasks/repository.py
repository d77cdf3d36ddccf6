"""Tasks in DynamoDB: reading cards, orders and results, and pages of them by index."""

import json
from dataclasses import dataclass
from typing import Any, Final

from docchain.storage.items import Item
from docchain.storage.table import Page, Table
from docchain.tasks import keys
from docchain.tasks.errors import TaskNotFound
from docchain.tasks.lanes import Lane
from docchain.tasks.models import Task

_LOOKED_THROUGH: Final = 5
"""Pages of an index that one call looks through for what has a second and third property."""


@dataclass(frozen=True)
class TaskRepository:
    table: Table

    def read(self, tenant_id: str, task_id: str) -> Task:
        """Raises ``TaskNotFound``."""
        task = self.find(tenant_id, task_id)
        if task is None:
            raise TaskNotFound(f"There is no task {task_id}.")
        return task

    def find(self, tenant_id: str, task_id: str) -> Task | None:
        item = self.table.get(keys.task(tenant_id, task_id), keys.CARD, consistent=True)
        return Task.model_validate(item) if item else None

    def read_many(self, tenant_id: str, task_ids: list[str]) -> dict[str, Task]:
        """Those that there are."""
        wanted = [(keys.task(tenant_id, task_id), keys.CARD) for task_id in task_ids]
        found = self.table.get_many(wanted, consistent=True)
        return {item["id"]: Task.model_validate(item) for item in found.values()}

    def read_whole(self, tenant_id: str, task_id: str) -> tuple[Task, dict[str, Any], Any]:
        """The task, its metadata, and its result as far as it lies in the table. Raises ``TaskNotFound``."""
        pk = keys.task(tenant_id, task_id)
        found = self.table.get_many([(pk, keys.CARD), (pk, keys.ORDER), (pk, keys.RESULT)], consistent=True)
        if (pk, keys.CARD) not in found:
            raise TaskNotFound(f"There is no task {task_id}.")
        order, result = found.get((pk, keys.ORDER), {}), found.get((pk, keys.RESULT), {})
        metadata: dict[str, Any] = json.loads(order.get("metadata", "{}"))
        return Task.model_validate(found[pk, keys.CARD]), metadata, json.loads(result.get("result", "null"))

    def list_page(
        self, tenant_id: str, asked: dict[str, str], *, limit: int, start_key: Item | None
    ) -> tuple[list[Task], Item | None]:
        """Newest first. ``asked``: status, type and priority, of which one finds and the others sift.

        A page may be shorter than ``limit`` although another follows: what one call looks through is bounded.
        """
        index, pk = _found_by(tenant_id, asked)
        found: list[Task] = []
        for _ in range(_LOOKED_THROUGH):
            page = self.table.query(
                pk,
                index=index,
                index_keys=keys.INDEXES[index],
                limit=limit - len(found),
                start_key=start_key,
                forward=False,
            )
            tasks = [Task.model_validate(item) for item in page.items]
            found += [task for task in tasks if all(getattr(task, name) == value for name, value in asked.items())]
            start_key = page.next_key
            if start_key is None or len(found) >= limit:
                break
        return found, start_key

    def dead_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[Task], Page]:
        """Newest first."""
        page = self.table.query(keys.dead(tenant_id), limit=limit, start_key=start_key, forward=False)
        ids = [item["task_id"] for item in page.items]
        known = self.read_many(tenant_id, ids)
        return [known[task_id] for task_id in ids if task_id in known], page

    def followers(self, task: Task) -> list[str]:
        pk = keys.task(task.tenant_id, task.id)
        items = self.table.query_all(pk, prefix=keys.FOLLOWER_PREFIX, most=1000, consistent=True)
        return [item["task_id"] for item in items]

    def lane(self, tenant_id: str, pool: str) -> Lane | None:
        item = self.table.get(keys.tasks(tenant_id), keys.lane(pool), consistent=True)
        return Lane.of(item) if item else None

    def lanes(self, tenant_id: str) -> list[Lane]:
        items = self.table.query_all(keys.tasks(tenant_id), prefix=keys.LANE_PREFIX, most=10, consistent=True)
        return [Lane.of(item) for item in items]

    def events_page(self, task: Task, *, limit: int, start_key: Item | None) -> Page:
        """Oldest first."""
        pk = keys.task(task.tenant_id, task.id)
        return self.table.query(pk, prefix="event#", limit=limit, start_key=start_key)


def _found_by(tenant_id: str, asked: dict[str, str]) -> tuple[str, str]:
    if "status" in asked:
        return "by_status", keys.status(tenant_id, asked["status"])
    if "type" in asked:
        return "by_type", keys.type_(tenant_id, asked["type"])
    if "priority" in asked:
        return "by_priority", keys.priority(tenant_id, asked["priority"])
    return "by_tenant", keys.tasks(tenant_id)
