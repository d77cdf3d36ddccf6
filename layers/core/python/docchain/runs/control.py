"""Starting, cancelling and resuming runs: the rules that every door to a run shares."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docchain.clock import now
from docchain.costs.budgets import BudgetRepository, place_of_budget
from docchain.costs.limits import limits_of
from docchain.errors import invalid
from docchain.events.cause import asking_user
from docchain.observability import logger
from docchain.runs.concurrency import Slots
from docchain.runs.deciding import Decision, decide_doubts
from docchain.runs.errors import ParametersTooLarge, RunCompensated, RunNotResumable, WorkflowNotRunnable
from docchain.runs.launching import start_or_restore
from docchain.runs.models import OPEN, PARAMETERS_BYTES_MOST, RESUMABLE, Run, RunStatus
from docchain.runs.repository import RunRepository
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.table import Action
from docchain.workflows.models import RUNNABLE, Version, Workflow
from docchain.workflows.publishing import Publisher
from docchain.workflows.repository import WorkflowRepository
from docchain.workflows.run_policy import policy_of
from docchain.workflows.state_machines import StateMachineLeaving, StateMachineMissing, execution_arn

WAIT_SECONDS_MOST = 25
_VERSIONS_KEPT = 1000


@dataclass(frozen=True)
class Startable:
    version: int
    state_machine_arn: str
    timeout_seconds: int | None = None


@dataclass(frozen=True)
class RunControl:
    workflows: WorkflowRepository
    publisher: Publisher
    runs: RunRepository
    slots: Slots
    _known: dict[tuple[str, int, int], Startable] = field(default_factory=dict, repr=False)
    """A version never changes, so a process reads it once."""

    def start(
        self,
        tenant_id: str,
        workflow_id: int,
        params: dict[str, Any],
        actor: str,
        *,
        version: int | None = None,
        key: IdempotencyKey | None = None,
        budget_usd: float | None = None,
        beside: Callable[[Run], Sequence[Action]] = lambda _: (),
    ) -> Run:
        """The run, which Step Functions has taken over. The published version runs; a draft that never was published
        is published by its first run. Raises ``WorkflowNotFound``, ``WorkflowNotRunnable``, ``DefinitionInvalid``.

        Over the limit of runs at once it is queued, and started when another ends.
        ``beside`` is written in the transaction that writes the run.
        The run is written before its execution starts, under a name of its own: if the process dies in between, the
        sweeper starts it, and no second start can run it twice.
        """
        if key and (earlier := key.earlier_answer(self.runs.table)):
            return self.runs.read(tenant_id, earlier["run_id"], consistent=True)
        check_parameters(params)
        workflow, budget = self.workflows.read_beside(tenant_id, workflow_id, place_of_budget(tenant_id))
        chosen = self._version(tenant_id, workflow, version, actor)
        at_once = policy_of(workflow.config).max_concurrent_runs
        admission = self.slots.admit(tenant_id, workflow_id, at_once)
        run = Run(
            id=admission.number,
            status=RunStatus.RUNNING if admission.place else RunStatus.QUEUED,
            place=admission.place,
            concurrency_limit=at_once,
            workflow_id=workflow_id,
            version=chosen.version,
            params=params,
            state_machine_arn=chosen.state_machine_arn,
            timeout_seconds=chosen.timeout_seconds,
            started_by=actor,
            user_id=asking_user(),
            started_at=now(),
            budget_usd=budget_usd,
            limits=limits_of(budget_usd, workflow.config, budget),
        )
        return self.begin(tenant_id, run, key, beside(run))

    def begin(self, tenant_id: str, run: Run, key: IdempotencyKey | None = None, beside: Sequence[Action] = ()) -> Run:
        """Writes a run that was given its place, and starts it. ``beside`` is written in the same transaction."""
        try:
            self.runs.create(tenant_id, run, key, beside)
        except ConditionFailed:
            self.slots.give_back(tenant_id, run.model_copy(update={"status": RunStatus.CANCELLED}))
            # Two calls with one key at once: the other one's run is the answer.
            if key and (earlier := key.earlier_answer(self.runs.table)):
                return self.runs.read(tenant_id, earlier["run_id"], consistent=True)
            raise
        if run.status == RunStatus.RUNNING:
            self.launch(tenant_id, run)
        return run

    def launch(self, tenant_id: str, run: Run) -> None:
        """One that cannot be started in this moment is left to the sweeper, which looks at open runs."""
        try:
            start_or_restore(self.publisher, self.runs, tenant_id, run)
        except (StateMachineLeaving, StateMachineMissing) as error:
            logger.info("a run waits for its machine", extra={"run": run.id, "reason": error.message})

    def cancel(self, tenant_id: str, run: Run, actor: str, reason: str | None) -> Run:
        """Record first: a step that is at work then finds that the run has ended, whether or not the stop arrives."""
        cancelled = self.runs.cancel(tenant_id, run, actor, reason)
        arn = execution_arn(run.state_machine_arn, run.execution_name(tenant_id))
        self.publisher.machines.stop(arn, reason or "cancelled")
        return cancelled

    def resume(
        self,
        tenant_id: str,
        run: Run,
        actor: str,
        decision: Decision | None = None,
        budget_usd: float | None = None,
    ) -> Run:
        """Runs the same version again under a new generation; completed nodes answer from their records.

        ``budget_usd`` takes the place of the run's own; those of its workflow and tenant hold as they are now.
        Raises ``OutcomeUndecided`` while it is not known whether a node acted and nobody decides.
        """
        if run.status not in RESUMABLE:
            raise RunNotResumable(run.id, run.status)
        if run.compensated_at:
            raise RunCompensated(run.id)
        decide_doubts(self.runs.doubts, tenant_id, run, actor, decision)
        told = {"assume": decision.assume, "node": decision.node} if decision else {}
        own = budget_usd if budget_usd is not None else run.budget_usd
        limits = BudgetRepository(self.workflows.table).read_limits(tenant_id, run.workflow_id, own)
        resumed = self.runs.begin_resume(tenant_id, run.with_limits(own, limits), actor, **told)
        self.slots.keep(tenant_id, resumed)
        self.launch(tenant_id, resumed)
        return resumed

    def wait(self, tenant_id: str, run: Run, seconds: float) -> Run:
        """The run as it is when it ends or the time is over, whichever is first."""
        started = time.monotonic()
        deadline = started + min(seconds, WAIT_SECONDS_MOST)
        while run.status in OPEN and time.monotonic() < deadline:
            # In proportion to what was waited already: looking costs an end at most a seventh more.
            time.sleep(min(max(0.02, (time.monotonic() - started) / 7), 0.5))
            run = self.runs.read(tenant_id, run.id, consistent=True)
        return run

    def _version(self, tenant_id: str, workflow: Workflow, version: int | None, actor: str) -> Startable:
        workflow_id = workflow.id
        if workflow.status not in RUNNABLE:
            raise WorkflowNotRunnable(workflow_id, workflow.status)
        chosen = version or workflow.published_version
        at = (tenant_id, workflow_id, chosen or 0)
        if at in self._known:
            return self._known[at]
        if chosen is None:
            published = self.publisher.publish(tenant_id, self.workflows.read_draft(tenant_id, workflow_id), actor)
        else:
            published = self.publisher.versions.read(tenant_id, workflow_id, chosen)
        return self._remember(tenant_id, workflow_id, published)

    def _remember(self, tenant_id: str, workflow_id: int, version: Version) -> Startable:
        if len(self._known) >= _VERSIONS_KEPT:
            self._known.pop(next(iter(self._known)))  # the oldest; a dict keeps its order
        known = Startable(version.version, version.state_machine_arn, version.definition.get("timeout_seconds"))
        self._known[tenant_id, workflow_id, version.version] = known
        return known


def check_parameters(params: dict[str, Any]) -> None:
    size = len(json.dumps(params).encode())
    if size > PARAMETERS_BYTES_MOST:
        raise ParametersTooLarge(
            f"The parameters are {size} bytes; at most {PARAMETERS_BYTES_MOST}. Upload large content as a document.",
            details=[{"field": "parameters", "message": "is too large"}],
        )
    for name in params:
        if not name.isidentifier():
            raise invalid(f"parameters.{name}", "is not a name that templates can use (letters, digits, underscore)")
