"""What a fire starts, looked after until it has ended. Every way here may be gone twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.clock import from_iso
from docchain.errors import ClientError, NotFound
from docchain.observability import logger
from docchain.runs.models import OPEN
from docchain.schedules.handing_over import Calls
from docchain.schedules.models import UNSETTLED, Fire, FireState, Schedule, ScheduleStatus
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.rights import AskerRefused, Rights
from docchain.schedules.running import TIMED_OUT, is_over, with_look
from docchain.schedules.settling import Settling
from docchain.schedules.starting_runs import ENDS, Runs
from docchain.schedules.starting_tasks import Tasks
from docchain.schedules.targets import AiWorkflowTarget, TaskTarget, WebhookTarget, WorkflowTarget
from docchain.storage.errors import ConditionFailed, TooMuchContention

GIVEN_UP: Final = timedelta(hours=1)
"""What could not be started for so long is not started any more, and a webhook not tried again."""


@dataclass(frozen=True)
class Starting:
    schedules: ScheduleRepository
    settling: Settling
    rights: Rights
    runs: Runs
    tasks: Tasks
    calls: Calls

    def attend(self, tenant_id: str, schedule_id: str, fire_id: str) -> None:
        """Whatever the fire needs now. What is settled, or waits in the queue for another, needs nothing."""
        schedule, fire = self.schedules.read_fire(tenant_id, schedule_id, fire_id)
        if fire is None or fire.state not in UNSETTLED or fire.state == FireState.QUEUED:
            return
        if schedule is None and fire.state == FireState.CLAIMED:
            self._settle(tenant_id, fire, FireState.CANCELLED, "SCHEDULE_DELETED", "The schedule was deleted.")
        elif fire.state == FireState.RUNNING:
            self._follow(tenant_id, schedule, fire)
        elif schedule is not None and schedule.status == ScheduleStatus.CANCELLED:
            self._settle(tenant_id, fire, FireState.CANCELLED, "SCHEDULE_CANCELLED", "The schedule was cancelled.")
        elif self.schedules.is_stopped(tenant_id):
            self._settle(tenant_id, fire, FireState.CANCELLED, "SCHEDULER_STOPPED", "The scheduler was stopped.")
        elif _is_old(fire):
            self._settle(tenant_id, fire, FireState.FAILED, "NOT_STARTED", "It could not be started for an hour.")
        elif schedule is not None:
            self.start(tenant_id, schedule, fire)

    def start(self, tenant_id: str, schedule: Schedule, fire: Fire) -> None:
        """What refuses is the fire's failure; what is away is tried again with its order."""
        try:
            self.rights.check(tenant_id, schedule, fire)
            if schedule.definition.overlap_policy == "cancel_previous" and fire.state == FireState.CLAIMED:
                self._cancel_earlier(tenant_id, schedule, fire)
            self._start(tenant_id, schedule, fire)
        except (ConditionFailed, TooMuchContention):
            _, known = self.schedules.read_fire(tenant_id, schedule.id, fire.id)
            if known is not None and known.state == FireState.CLAIMED:
                raise
        except ClientError as refused:
            logger.info("schedule's target refused", extra={"schedule": schedule.id, "code": refused.code})
            error = {"code": refused.code, "message": refused.message}
            # Whoever runs it by hand speaks for that one time, not for the schedule.
            gone = isinstance(refused, NotFound) or (isinstance(refused, AskerRefused) and fire.asker_id is None)
            self.settling.settle(tenant_id, schedule.id, fire.id, FireState.FAILED, error, for_good=gone)

    def _cancel_earlier(self, tenant_id: str, schedule: Schedule, newest: Fire) -> None:
        """Their own ends settle runs and tasks. Ids begin with their time."""
        for fire_id in (f for f in schedule.open_fires if f < newest.id):
            _, fire = self.schedules.read_fire(tenant_id, schedule.id, fire_id)
            if fire is None or fire.state not in UNSETTLED:
                continue
            self._stop(tenant_id, fire, schedule.actor, "The next time of its schedule has come.")
            if "run_id" not in fire.started and "task_id" not in fire.started:
                self._settle(tenant_id, fire, FireState.CANCELLED, "SUPERSEDED", "The next one has come.")

    def _start(self, tenant_id: str, schedule: Schedule, fire: Fire) -> None:
        match schedule.definition.target:
            case WorkflowTarget() as target:
                self.runs.start(tenant_id, schedule, fire, target)
            case AiWorkflowTarget() as target:
                run = self.runs.start_ai(tenant_id, schedule, fire, target)
                if run.status not in OPEN:
                    self.settling.settle(tenant_id, schedule.id, fire.id, ENDS[run.status], run.error)
            case TaskTarget() as target:
                self.tasks.start(tenant_id, schedule, fire, target)
            case WebhookTarget() as target:
                self.calls.hand_over(tenant_id, schedule, fire, target)
            case None:
                self.settling.settle(tenant_id, schedule.id, fire.id, FireState.SUCCEEDED)

    def _follow(self, tenant_id: str, schedule: Schedule | None, fire: Fire) -> None:
        timeout = schedule.definition.timeout if schedule else None
        if is_over(fire, timeout):
            # Stopped first: nobody looks after a fire that is settled.
            self._stop(tenant_id, fire, schedule.actor if schedule else "", "The schedule's timeout is over.")
            self._settle(tenant_id, fire, FireState.TIMED_OUT, TIMED_OUT, f"It took longer than {timeout} s.")
            return
        target = schedule.definition.target if schedule else None
        if fire.started.get("type") == "webhook":
            if _is_old(fire):
                self._settle(tenant_id, fire, FireState.FAILED, "NOT_DELIVERED", "It was not delivered within an hour.")
            elif schedule is not None and isinstance(target, WebhookTarget):
                self.start(tenant_id, schedule, fire)
            else:
                self._settle(tenant_id, fire, FireState.CANCELLED, "SCHEDULE_DELETED", "There is no address any more.")
            return
        ended = self._outcome(tenant_id, fire)
        if ended is not None:
            self.settling.settle(tenant_id, fire.schedule_id, fire.id, ended)
            return
        later = with_look(fire, timeout)
        self.schedules.table.transact([self.schedules.change_fire(tenant_id, fire, later)])

    def _outcome(self, tenant_id: str, fire: Fire) -> FireState | None:
        if "run_id" in fire.started:
            return self.runs.outcome(tenant_id, int(fire.started["run_id"]))
        if "task_id" in fire.started:
            return self.tasks.outcome(tenant_id, str(fire.started["task_id"]))
        return FireState.FAILED

    def _stop(self, tenant_id: str, fire: Fire, actor: str, reason: str) -> None:
        try:
            if "run_id" in fire.started:
                self.runs.cancel(tenant_id, int(fire.started["run_id"]), actor, reason)
            elif "task_id" in fire.started:
                self.tasks.cancel(tenant_id, str(fire.started["task_id"]), actor)
        except ClientError as error:
            # It will not be stopped by asking again; the run or task ends by itself.
            logger.warning("could not be stopped", extra={"fire": fire.id, "code": error.code})

    def _settle(self, tenant_id: str, fire: Fire, state: FireState, code: str, message: str) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        self.settling.settle(tenant_id, fire.schedule_id, fire.id, state, error)


def _is_old(fire: Fire) -> bool:
    return datetime.now(UTC) - from_iso(fire.claimed_at) > GIVEN_UP
