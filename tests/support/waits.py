"""A stage whose tokens can be answered: moto keeps executions but gives out no tokens, so who is answered is noted."""

import json
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from docchain import aws
from docchain.events.models import Event
from docchain.runs.models import Run, RunStatus, StepOrder
from functions.api.workflows.handler import handler
from functions.listeners.run_ends.run import run as hear_run_end
from functions.schedules.due_waits.run import run as sweep
from functions.steps.control.run import run as control
from tests.support.engine import Stage
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"


@dataclass
class Tokens:
    """Step Functions with its tokens: what was told to each, in order. All else is moto's.

    Tests share the tables, and the sweep is everybody's: what it tells other tenants' tokens is let go.
    """

    tenant: str
    told: dict[str, list[Any]] = field(default_factory=dict)
    breaks: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(boto3.client("stepfunctions"), name)

    def send_task_success(self, taskToken: str, output: str) -> None:
        self._tell(taskToken, json.loads(output)["Payload"])

    def send_task_failure(self, taskToken: str, error: str, cause: str) -> None:
        self._tell(taskToken, {"error": error, "cause": json.loads(cause)["errorMessage"]})

    def _tell(self, token: str, said: Any) -> None:
        tenant, _, name = token.partition(":")
        if tenant != self.tenant:
            return
        if self.breaks:
            raise ProcessDied
        # A token is taken once, whatever comes after.
        if name in self.told:
            error = {"Error": {"Code": "TaskDoesNotExist", "Message": "gone"}}
            raise self.exceptions.TaskDoesNotExist(error, "SendTask")
        self.told[name] = said


class ProcessDied(BaseException):
    """As a killed process: nobody catches it."""


class WaitingStage(Stage):
    """A stage of one tenant with everything that waits and answers."""

    tokens: Tokens

    def wait(self, run: Run, node: str, kind: str, token: str = "token", **fields: Any) -> dict[str, Any]:
        order: StepOrder = self.order(run, node, phase=kind, token=f"{self.tenant}:{token}", **fields)
        return control(order, 30.0)

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "ada",
        roles: tuple[str, ...] = ("user",),
        **h: Any,
    ) -> tuple[int, Any]:
        """``who`` is an account without an item, known by name and roles alone."""
        caller = a_caller(self.tenant, username=who, roles=roles, user_id=sum(map(ord, who)))
        return call(handler, method, BASE + path, body, caller, h)

    def stranger(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return call(handler, method, path if path.startswith("/api") else BASE + path, body, None, headers)

    def ends(self, run: Run, status: RunStatus = RunStatus.COMPLETED, **changes: Any) -> None:
        current = self.runs.read(self.tenant, run.id, consistent=True)
        self.runs.end(self.tenant, current, status, **changes)
        self.hear(run)

    def hear(self, run: Run) -> None:
        data = {"run_id": run.id, "workflow_id": run.workflow_id}
        hear_run_end(Event(type="run.completed", tenant_id=self.tenant, subject=f"runs/{run.id}", data=data))

    def sweep(self) -> dict[str, int]:
        return sweep()

    def events(self, run: Run) -> list[Event]:
        items = self.runs.table.query_all(f"{self.tenant}#run#{run.id}", prefix="event#", most=1000)
        return [Event.model_validate(i["event"]) for i in items]


@pytest.fixture
def stage(tenant: str, monkeypatch: pytest.MonkeyPatch) -> WaitingStage:
    made = WaitingStage(tenant)
    made.tokens = Tokens(tenant)
    monkeypatch.setattr(aws, "stepfunctions", lambda: made.tokens)
    # What a process keeps for its life would keep another test's tokens.
    from functions.listeners.run_ends import dependencies as heard
    from functions.schedules.due_waits import dependencies as swept

    heard.world.cache_clear()
    swept.world.cache_clear()
    return made
