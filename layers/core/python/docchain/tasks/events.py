"""What is told of tasks. Events lie in the task's own partition, so the stream keeps their order."""

from typing import Any, Final

from docchain.events.models import Event
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.tasks import keys
from docchain.tasks.models import Task, TaskStatus

SUBMITTED: Final = "task.submitted"
RELEASED: Final = "task.released"
STARTED: Final = "task.started"
PROGRESSED: Final = "task.progressed"
WAITING: Final = "task.waiting"
RETRYING: Final = "task.retrying"
RETRIED: Final = "task.retried"
CANCEL_REQUESTED: Final = "task.cancel_requested"
COMPLETED: Final = "task.completed"
FAILED: Final = "task.failed"
CANCELLED: Final = "task.cancelled"
DELETED: Final = "task.deleted"
SERVICE_STARTED: Final = "task_service.started"
SERVICE_STOPPED: Final = "task_service.stopped"

OF_STATUS: Final = {
    TaskStatus.COMPLETED: COMPLETED,
    TaskStatus.FAILED: FAILED,
    TaskStatus.CANCELLED: CANCELLED,
    TaskStatus.RETRYING: RETRYING,
}


def told(task: Task, kind: str, **data: Any) -> Item:
    fact = {
        "task_id": task.id,
        "user_id": task.user_id,
        "name": task.name,
        "task_type": task.type,
        "priority": task.priority.value,
        "status": task.status.value,
        "attempt": task.attempt,
        "progress": task.progress,
        **({"error": task.error.model_dump(exclude={"details"})} if task.error else {}),
        **({"origin": task.origin} if task.origin else {}),
        **({"group_id": task.group_id} if task.group_id else {}),
        **data,
    }
    event = Event(type=kind, tenant_id=task.tenant_id, subject=f"tasks/{task.id}", actor=task.actor, data=fact)
    return event_item(event, pk=keys.task(task.tenant_id, task.id))
