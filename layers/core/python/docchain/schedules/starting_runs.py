"""Workflows and AI workflows as targets: started as the API starts them, and told to stop."""

from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows.executing import Executor
from docchain.runs.control import RunControl
from docchain.runs.errors import RunHasEnded, RunNotFound
from docchain.runs.models import OPEN, Run, RunStatus
from docchain.schedules.models import Fire, FireState, Schedule
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.running import noting
from docchain.schedules.targets import AiWorkflowTarget, WorkflowTarget
from docchain.storage.idempotency import IdempotencyKey, fingerprint

ENDS: Final = {
    RunStatus.COMPLETED: FireState.SUCCEEDED,
    RunStatus.CANCELLED: FireState.CANCELLED,
    RunStatus.FAILED: FireState.FAILED,
    RunStatus.INTERRUPTED: FireState.FAILED,
}


@dataclass(frozen=True)
class Runs:
    schedules: ScheduleRepository
    control: RunControl
    executor: Executor

    def start(self, tenant_id: str, schedule: Schedule, fire: Fire, target: WorkflowTarget) -> None:
        """The run and the note of it are one transaction, so a fire has one run. ``ConditionFailed``: it has it."""
        timeout = schedule.definition.timeout
        self.control.start(
            tenant_id,
            target.workflow_id,
            dict(target.parameters),
            fire.actor or schedule.actor,
            version=target.version,
            beside=lambda run: noting(self.schedules, tenant_id, fire, "run", run.id, timeout),
        )

    def start_ai(self, tenant_id: str, schedule: Schedule, fire: Fire, target: AiWorkflowTarget) -> Run:
        """Its start writes a transaction of its own: the fire's key makes it one run however often it is asked for."""
        key = IdempotencyKey(tenant_id, f"schedule {schedule.id}", fire.id, fingerprint(target.model_dump()))
        actor = fire.actor or schedule.actor
        executor = self.executor
        run = executor.start(tenant_id, executor.workflows.read(tenant_id, target.number), actor, key)
        timeout = schedule.definition.timeout
        self.schedules.table.transact(noting(self.schedules, tenant_id, fire, "run", run.id, timeout))
        # It may have ended before anybody could know whose it was.
        return self.control.runs.read(tenant_id, run.id, consistent=True)

    def outcome(self, tenant_id: str, run_id: int) -> FireState | None:
        """``None`` while it is at work."""
        try:
            run = self.control.runs.read(tenant_id, run_id, consistent=True)
        except RunNotFound:
            return FireState.FAILED
        return None if run.status in OPEN else ENDS[run.status]

    def cancel(self, tenant_id: str, run_id: int, actor: str, reason: str) -> None:
        try:
            run = self.control.runs.read(tenant_id, run_id, consistent=True)
            if run.status in OPEN:
                self.control.cancel(tenant_id, run, actor, reason)
        except (RunHasEnded, RunNotFound):
            return
