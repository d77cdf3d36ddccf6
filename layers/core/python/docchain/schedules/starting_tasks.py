"""Background tasks as targets: asked for as the API asks for them, in the name of whoever answers for the schedule."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from docchain.schedules.ends import ORIGIN
from docchain.schedules.models import Fire, FireState, Schedule
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.running import noting
from docchain.schedules.targets import TaskTarget
from docchain.tasks.changing import cancel
from docchain.tasks.errors import TaskNotCancellable, TaskNotFound
from docchain.tasks.kinds.shapes import parsed
from docchain.tasks.models import NewTask, Priority, TaskStatus
from docchain.tasks.repository import TaskRepository
from docchain.tasks.submitting import Asker, submit_all
from docchain.tasks.tokens import Tokens

ENDS: Final = {
    TaskStatus.COMPLETED: FireState.SUCCEEDED,
    TaskStatus.CANCELLED: FireState.CANCELLED,
    TaskStatus.FAILED: FireState.FAILED,
}


@dataclass(frozen=True)
class Tasks:
    schedules: ScheduleRepository
    repository: TaskRepository
    tokens: Tokens

    def start(self, tenant_id: str, schedule: Schedule, fire: Fire, target: TaskTarget) -> None:
        """The task and the note of it are one transaction; its id follows from the fire, so that there is one."""
        parsed(target.task_type, target.metadata, "target.metadata")
        digest = hashlib.sha256(f"{tenant_id}/{schedule.id}/{fire.id}".encode()).digest()
        task_id = str(UUID(bytes=digest[:16], version=4))
        new = NewTask(
            name=schedule.definition.name,
            type=target.task_type,
            priority=Priority(target.priority),
            timeout_seconds=schedule.definition.timeout,
            metadata=dict(target.metadata),
            origin=f"{ORIGIN}{schedule.id}",
        )
        submit_all(
            self.repository,
            self.tokens,
            Asker(tenant_id, fire.asker_id or schedule.user_id, fire.actor or schedule.actor),
            [new],
            ids=[task_id],
            also=noting(self.schedules, tenant_id, fire, "task", task_id, schedule.definition.timeout),
        )

    def outcome(self, tenant_id: str, task_id: str) -> FireState | None:
        """``None`` while it is at work."""
        try:
            task = self.repository.read(tenant_id, task_id)
        except TaskNotFound:
            return FireState.FAILED
        return ENDS.get(task.status)

    def cancel(self, tenant_id: str, task_id: str, actor: str) -> None:
        try:
            cancel(self.repository, self.tokens, tenant_id, task_id, actor)
        except (TaskNotCancellable, TaskNotFound):
            return
