"""What is answered about background tasks."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from docchain.tasks.models import Priority, Task, TaskError, TaskStatus
from docchain.tasks.service import Statistics
from functions.api.background.schemas import A_TASK

AT = "2026-11-21T09:30:00.000Z"
SUBMITTED: dict[str, Any] = {
    "task_id": A_TASK,
    "name": "Totals by city",
    "status": "pending",
    "created_at": AT,
    "message": "Task submitted",
}
CARD: dict[str, Any] = {
    "id": A_TASK,
    "name": "Totals by city",
    "type": "data_processing",
    "status": "completed",
    "priority": "normal",
    "created_at": AT,
    "started_at": AT,
    "completed_at": AT,
    "due_at": None,
    "retry_count": 0,
    "max_retries": 3,
    "attempt": 1,
    "timeout_seconds": None,
    "progress": 1.0,
    "doing": "",
    "cancel_requested": False,
    "error": None,
    "error_code": None,
    "after": [],
    "group_id": None,
    "created_by": "admin",
}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class SubmittedView(BaseModel):
    model_config = _example(SUBMITTED)

    task_id: str
    name: str
    status: TaskStatus
    created_at: str
    message: str

    @classmethod
    def of(cls, task: Task) -> Self:
        held = "Task submitted; it waits for its time" if task.due_at else "Task submitted"
        says = f"Task submitted; tasks to wait for: {task.needs}" if task.needs else held
        return cls(task_id=task.id, name=task.name, status=task.status, created_at=task.created_at, message=says)


class TaskCard(BaseModel):
    """``due_at``: when a delay or the pause before another try is over. ``error`` is of the last attempt."""

    model_config = _example(CARD)

    id: str
    name: str
    type: str
    status: TaskStatus
    priority: Priority
    created_at: str
    started_at: str | None
    completed_at: str | None
    due_at: str | None
    retry_count: int
    max_retries: int
    attempt: int
    timeout_seconds: int | None
    progress: float
    doing: str
    cancel_requested: bool
    error: str | None
    error_code: str | None
    after: list[str]
    group_id: str | None
    created_by: str

    @classmethod
    def fields_of(cls, task: Task) -> dict[str, Any]:
        same = task.model_dump(include=set(TaskCard.model_fields) - {"error", "due_at", "after"})
        return {
            **same,
            "due_at": task.due_at if task.phase == "held" else None,
            "after": list(task.after),
            "error": task.error.message if task.error else None,
            "error_code": task.error.code if task.error else None,
            "created_by": task.actor,
        }

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(**cls.fields_of(task))


class TaskView(TaskCard):
    """``result`` is null while there is none, and for one above 256 KB, which ``/result`` gives."""

    model_config = _example({**CARD, "result": {"rows": 1}, "metadata": {"rows": [{"city": "Bern", "price": 3}]}})

    result: Any
    metadata: dict[str, Any]


class ResultView(BaseModel):
    """``result`` is null unless ``status`` is completed."""

    model_config = _example(
        {"task_id": A_TASK, "status": "completed", "result": {"rows": 1}, "error": None, "completed_at": AT}
    )

    task_id: str
    result: Any
    status: TaskStatus
    error: TaskError | None
    completed_at: str | None


class ChangedView(BaseModel):
    model_config = _example({"task_id": A_TASK, "message": "Task cancelled", "status": "cancelled"})

    task_id: str
    message: str
    status: TaskStatus


class DeletedView(BaseModel):
    model_config = _example({"task_id": A_TASK, "deleted": True})

    task_id: str
    deleted: bool = True


class BulkSubmitted(BaseModel):
    """``error`` says what is wrong with this one; the others are not concerned."""

    model_config = _example(
        {"index": 0, "task_id": A_TASK, "name": "Totals by city", "status": "pending", "error": None}
    )

    index: int
    task_id: str | None = None
    name: str | None = None
    status: TaskStatus | None = None
    error: TaskError | None = None


class BulkSubmittedView(BaseModel):
    """``status``: success, partial or failed."""

    model_config = _example(
        {
            "results": [{"index": 0, "task_id": A_TASK, "name": "Totals", "status": "pending", "error": None}],
            "total_submitted": 1,
            "total_failed": 0,
            "status": "success",
        }
    )

    results: list[BulkSubmitted]
    total_submitted: int
    total_failed: int
    status: str


class BulkChanged(BaseModel):
    model_config = _example({"task_id": A_TASK, "status": "cancelled", "error": None})

    task_id: str
    status: TaskStatus | None = None
    error: TaskError | None = None


class BulkCancelledView(BaseModel):
    model_config = _example(
        {
            "results": [{"task_id": A_TASK, "status": "cancelled", "error": None}],
            "total_cancelled": 1,
            "total_failed": 0,
            "status": "success",
        }
    )

    results: list[BulkChanged]
    total_cancelled: int
    total_failed: int
    status: str


class RedrivenView(BaseModel):
    """``remaining``: there are more dead letters; call again."""

    model_config = _example(
        {
            "results": [{"task_id": A_TASK, "status": "pending", "error": None}],
            "total_redriven": 1,
            "total_failed": 0,
            "remaining": False,
            "status": "success",
        }
    )

    results: list[BulkChanged]
    total_redriven: int
    total_failed: int
    remaining: bool
    status: str


class TaskEvent(BaseModel):
    """``type`` is task.submitted, started, progressed, waiting, retrying, completed, failed, cancelled and so on."""

    model_config = _example(
        {
            "id": "01KAJX2V7M3M9Q2Z8R6T4Y1W5B",
            "type": "task.started",
            "occurred_at": AT,
            "data": {"task_id": A_TASK, "attempt": 1, "status": "running"},
        }
    )

    id: str
    type: str
    occurred_at: str
    data: dict[str, Any]


class GroupView(BaseModel):
    """``status``: pending, running, completed or failed (of the members; the callback has its own)."""

    model_config = _example(
        {"group_id": A_TASK, "status": "running", "total": 2, "completed": 1, "failed": 0, "tasks": [CARD]}
    )

    group_id: str
    status: str
    total: int
    completed: int
    failed: int
    tasks: list[TaskCard]
    callback: TaskCard | None = None


class ServiceView(BaseModel):
    model_config = _example({"message": "Background tasks are running", "status": "running"})

    message: str
    status: str


class StatsView(BaseModel):
    """``queue_size``: tasks that a worker may take now. ``worker_pool_size`` are workers that mostly wait (pools light
    and ai), ``process_pool_size`` those that compute (data and documents); all tenants share them.
    """

    model_config = _example(
        {
            "is_running": True,
            "total_tasks": 12,
            "completed_tasks": 9,
            "failed_tasks": 1,
            "cancelled_tasks": 0,
            "running_tasks": 1,
            "pending_tasks": 1,
            "tasks_by_type": {"data_processing": 12},
            "tasks_by_priority": {"normal": 12},
            "queue_size": 1,
            "scheduled_tasks": 0,
            "worker_pool_size": 18,
            "process_pool_size": 8,
        }
    )

    is_running: bool
    total_tasks: int
    completed_tasks: int
    failed_tasks: int
    cancelled_tasks: int
    running_tasks: int
    pending_tasks: int
    tasks_by_type: dict[str, int]
    tasks_by_priority: dict[str, int]
    queue_size: int
    scheduled_tasks: int
    worker_pool_size: int
    process_pool_size: int

    @classmethod
    def of(cls, known: Statistics, workers: dict[str, int]) -> Self:
        return cls(
            is_running=known.is_running,
            total_tasks=known.total,
            completed_tasks=known.completed,
            failed_tasks=known.failed,
            cancelled_tasks=known.cancelled,
            running_tasks=known.running,
            pending_tasks=known.pending,
            tasks_by_type=known.by_type,
            tasks_by_priority=known.by_priority,
            queue_size=known.waiting,
            scheduled_tasks=known.held,
            worker_pool_size=workers["light"] + workers["ai"],
            process_pool_size=workers["data"] + workers["documents"],
        )


class HealthView(BaseModel):
    model_config = _example(
        {
            "service": "background",
            "status": "healthy",
            "is_running": True,
            "active_tasks": 1,
            "pending_tasks": 1,
            "timestamp": AT,
        }
    )

    service: str = "background"
    status: str
    is_running: bool
    active_tasks: int
    pending_tasks: int
    timestamp: str
