"""What is asked of background tasks."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.tasks.limits import (
    AFTER_MOST,
    BULK_MOST,
    DELAY_SECONDS_MOST,
    GROUP_MOST,
    RETRIES_MOST,
    TIMEOUT_SECONDS_MOST,
)
from docchain.tasks.models import NewTask, Priority

TaskType = Literal[
    "workflow_execution",
    "ai_processing",
    "data_processing",
    "notification_sending",
    "analytics_processing",
    "cache_warming",
    "cleanup",
    "backup",
    "report_generation",
    "email_sending",
]
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
TaskId = Annotated[str, Field(pattern=UUID)]
A_TASK = "1b4e28ba-2fa1-4d8e-a3d5-7c2f6e1b9d04"


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(examples)})


class SubmitTask(BaseModel):
    """``metadata`` are the parameters of the task's type. ``timeout_seconds`` is of one attempt, with its waits.

    ``after``: tasks that must have completed first; with ``run_after_failure`` it is enough that they have ended.
    """

    model_config = _examples(
        {
            "name": "Totals by city",
            "task_type": "data_processing",
            "priority": "normal",
            "metadata": {
                "rows": [{"city": "Bern", "price": 3}, {"city": "Bern", "price": 4}],
                "operations": [
                    {"op": "aggregate", "by": ["city"], "set": {"total": {"function": "sum", "column": "price"}}}
                ],
            },
        }
    )

    name: str = Field(min_length=1, max_length=200)
    task_type: TaskType = "data_processing"
    priority: Priority = Priority.NORMAL
    delay_seconds: int | None = Field(None, ge=0, le=DELAY_SECONDS_MOST)
    timeout_seconds: int | None = Field(None, ge=1, le=TIMEOUT_SECONDS_MOST)
    max_retries: int = Field(3, ge=0, le=RETRIES_MOST)
    metadata: dict[str, Any] | None = None
    after: list[TaskId] = Field(default_factory=list, max_length=AFTER_MOST)
    run_after_failure: bool = False

    def order(self) -> NewTask:
        return NewTask(
            name=self.name,
            type=self.task_type,
            priority=self.priority,
            delay_seconds=self.delay_seconds or 0,
            timeout_seconds=self.timeout_seconds,
            max_retries=self.max_retries,
            metadata=self.metadata,
            after=tuple(dict.fromkeys(self.after)),
            run_after_failure=self.run_after_failure,
        )


class ExecuteWorkflow(BaseModel):
    model_config = _examples({"workflow_id": 1, "parameters": {"topic": "tides"}, "priority": "high"})

    workflow_id: int = Field(ge=1, le=10**12)
    parameters: dict[str, Any] | None = None
    priority: Priority = Priority.NORMAL

    def order(self) -> NewTask:
        asked = {"workflow_id": self.workflow_id, "parameters": self.parameters or {}}
        return _shortcut(f"Workflow {self.workflow_id}", "workflow_execution", self.priority, asked)


class ProcessAi(BaseModel):
    model_config = _examples({"prompt": "Name three tides.", "provider": "openai", "priority": "normal"})

    prompt: str = Field(min_length=1, max_length=100_000)
    provider: str = Field("openai", min_length=1, max_length=200)
    priority: Priority = Priority.NORMAL

    def order(self) -> NewTask:
        asked = {"prompt": self.prompt, "provider": self.provider}
        return _shortcut("AI processing", "ai_processing", self.priority, asked)


class SendNotification(BaseModel):
    model_config = _examples(
        {"channel": "in_app", "recipient": "admin", "subject": "Done", "message": "The report is there."}
    )

    channel: str = Field(min_length=1, max_length=40)
    recipient: str = Field(min_length=1, max_length=320)
    subject: str = Field(min_length=1, max_length=200)
    message: str = Field(min_length=1, max_length=20_000)
    priority: Priority = Priority.NORMAL

    def order(self) -> NewTask:
        asked = self.model_dump(exclude={"priority"})
        return _shortcut(f"Notification by {self.channel}", "notification_sending", self.priority, asked)


class ProcessAnalytics(BaseModel):
    model_config = _examples({"data": {"price": [3, 4, 5, 40]}, "priority": "low"})

    data: dict[str, Any]
    priority: Priority = Priority.LOW

    def order(self) -> NewTask:
        return _shortcut("Analytics", "analytics_processing", self.priority, {"data": self.data})


class CleanUp(BaseModel):
    model_config = _examples({"cleanup_type": "cache", "parameters": {"dry_run": True}, "priority": "low"})

    cleanup_type: str = Field(min_length=1, max_length=80)
    parameters: dict[str, Any] | None = None
    priority: Priority = Priority.LOW

    def order(self) -> NewTask:
        asked = {"cleanup_type": self.cleanup_type, "parameters": self.parameters or {}}
        return _shortcut(f"Cleanup of {self.cleanup_type}", "cleanup", self.priority, asked)


class SubmitGroup(BaseModel):
    """Written together, so all of them are there or none. ``callback`` begins when all have completed."""

    model_config = _examples(
        {
            "tasks": [{"name": "North", "task_type": "data_processing"}, {"name": "South"}],
            "callback": {"name": "Both are done", "run_after_failure": True},
        }
    )

    tasks: list[SubmitTask] = Field(min_length=1, max_length=GROUP_MOST)
    callback: SubmitTask | None = None


class CancelTasks(BaseModel):
    model_config = _examples({"task_ids": [A_TASK]})

    task_ids: list[str] = Field(min_length=1, max_length=BULK_MOST)


def _shortcut(name: str, kind: str, priority: Priority, metadata: dict[str, Any]) -> NewTask:
    return NewTask(name=name, type=kind, priority=priority, metadata=metadata)
