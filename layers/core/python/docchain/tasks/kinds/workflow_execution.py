"""workflow_execution: a run, started once for its task and looked at until it ends. Nobody waits in between.

A run that fails fails the task; trying the task again resumes that run, whose completed nodes do not act again. A task
that is cancelled or out of time cancels its run.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

from docchain.clock import epoch
from docchain.documents.store import ContentStore
from docchain.observability import logger
from docchain.runs.control import RunControl
from docchain.runs.errors import RunHasEnded
from docchain.runs.models import OPEN, RESUMABLE, Run, RunStatus
from docchain.runs.results import results_of
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action
from docchain.tasks.errors import TaskCancelled, TaskRefused, TaskTimedOut, TaskWaits
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import WorkflowExecution
from docchain.workflows.definitions import DefinitionReader

KIND = "workflow_execution"
FIRST_LOOK_SECONDS: Final = 1.0
LOOKS_GROW: Final = 1.5
LOOK_SECONDS_MOST: Final = 30.0
NOTED_SECONDS: Final = 400 * 24 * 3600
"""Longer than a task may be put off and its run may take."""


@dataclass(frozen=True)
class Runner:
    control: RunControl = field(repr=False)
    definitions: DefinitionReader = field(repr=False)
    contents: ContentStore = field(repr=False)
    people: People

    def run(self, parameters: WorkflowExecution, context: TaskContext) -> dict[str, Any]:
        """Raises ``TaskWaits`` while the run goes on."""
        with refusing():
            actor = self.people.asker(context, KIND).username
            run = self._run_of(parameters, context, actor)
            self._check(context, run, actor)
            if run.status in RESUMABLE and context.attempt > int(context.state.get("attempt", 1)):
                run = self.control.resume(context.tenant, run, actor)
            if run.status in OPEN:
                self._wait(context, run)
            return self._ended(context, run)

    def _run_of(self, asked: WorkflowExecution, context: TaskContext, actor: str) -> Run:
        """The task's own: a note of it is written in the transaction that writes the run, and outlives the task."""
        table, pk = self.control.runs.table, f"{context.tenant}#task_runs"

        def noting(run: Run) -> list[Action]:
            note: Item = {"pk": pk, "sk": context.task_id, "entity": "task_run", "run_id": run.id}
            return [table.putting({**note, "expires_at": epoch() + NOTED_SECONDS}, when=Attr("pk").not_exists())]

        if note := table.get(pk, context.task_id, consistent=True):
            return self.control.runs.read(context.tenant, note["run_id"], consistent=True)
        try:
            return self.control.start(
                context.tenant,
                asked.workflow_id,
                asked.parameters,
                actor,
                version=asked.version,
                budget_usd=asked.budget_usd,
                beside=noting,
            )
        except ConditionFailed:
            # Another worker that holds the task as well was first.
            note = table.get(pk, context.task_id, consistent=True)
            if note is None:
                raise
            return self.control.runs.read(context.tenant, note["run_id"], consistent=True)

    def _check(self, context: TaskContext, run: Run, actor: str) -> None:
        try:
            context.check()
        except (TaskCancelled, TaskTimedOut) as over:
            if run.status in OPEN:
                self._stop(context, run, actor, over.message)
            raise

    def _stop(self, context: TaskContext, run: Run, actor: str, reason: str) -> None:
        try:
            self.control.cancel(context.tenant, run, actor, f"Task {context.task_id}: {reason}")
        except RunHasEnded:
            logger.info("the run of a task ended by itself", extra={"task": context.task_id, "run": run.id})

    def _wait(self, context: TaskContext, run: Run) -> NoReturn:
        looks = int(context.state.get("looks", 0))
        seconds = min(FIRST_LOOK_SECONDS * LOOKS_GROW**looks, LOOK_SECONDS_MOST)
        context.progress(0.5 if run.status == RunStatus.RUNNING else 0.1, f"run {run.id} is {run.status}")
        state = {"run_id": run.id, "attempt": context.attempt, "looks": looks + 1}
        raise TaskWaits(datetime.now(UTC) + timedelta(seconds=seconds), state)

    def _ended(self, context: TaskContext, run: Run) -> dict[str, Any]:
        """Raises ``TaskRefused`` for a run that did not complete."""
        told = {"run_id": run.id, "workflow_id": run.workflow_id, "version": run.version, "run_status": run.status}
        if run.status != RunStatus.COMPLETED:
            says = (run.error or {}).get("message", "")
            message = f"Run {run.id} is {run.status}{f': {says}' if says else ''}"
            raise TaskRefused(message, code=f"RUN_{run.status.upper()}", details={**told, "error": run.error})
        records = {record.key: record for record in self.control.runs.read_records(context.tenant, run.id)}
        definition = self.definitions.read(context.tenant, run.workflow_id, run.version)
        results = results_of(self.contents, context.tenant, definition, records)
        times = {"started_at": run.started_at, "finished_at": run.finished_at, "cost_usd": run.cost_usd}
        return {**told, **times, "results": results}
