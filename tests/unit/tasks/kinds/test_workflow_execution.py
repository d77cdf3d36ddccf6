"""workflow_execution through the control that the API has, with Step Functions of moto."""

from datetime import UTC, datetime
from typing import Any

import pytest

from docchain.runs.models import Run, RunStatus
from docchain.tasks.errors import TaskCancelled, TaskRefused, TaskWaits
from docchain.tasks.kind import TaskContext, TaskKind
from docchain.tasks.kinds.catalogue import build
from docchain.tasks.kinds.pool_light import LightSettings
from functions.api.workflows.handler import handler as workflows
from tests.support.engine import Stage
from tests.support.identity import change_user, the_accounts
from tests.support.rest import a_caller, call
from tests.unit.tasks.kinds.conftest import Asked, given

NODE = {"name": "Write", "node_type": "document_template", "config": {"template": "About {{ params.topic }}"}}


@pytest.fixture
def kind(aws_account: None) -> TaskKind:
    return build(LightSettings())["workflow_execution"]


@pytest.fixture
def workflow(asked: Asked) -> int:
    caller = a_caller(asked.user.tenant_id)
    status, body = call(workflows, "POST", "/api/v3/workflows", {"name": "W", "nodes": [NODE]}, caller)
    assert status == 200, body
    return int(body["id"])


def waits(kind: TaskKind, parameters: Any, context: TaskContext) -> TaskWaits:
    with pytest.raises(TaskWaits) as waiting:
        kind.run(parameters, context)
    return waiting.value


def ended(asked: Asked, run_id: int, status: RunStatus, **changes: Any) -> Run:
    stage = Stage(asked.user.tenant_id)
    run = stage.runs.read(asked.user.tenant_id, run_id)
    if status == RunStatus.COMPLETED:
        stage.perform(run, "write", _template)
    assert stage.runs.end(asked.user.tenant_id, run, status, **changes)
    return run


def _template(node: Any) -> Any:
    from docchain.steps.call import NodeResult

    return NodeResult(output={"text": node.config.template})


def next_stretch(asked: Asked, context: TaskContext, waiting: TaskWaits, **fields: Any) -> TaskContext:
    return asked.context(**{"task_id": context.task_id, "attempt": context.attempt, "state": waiting.state, **fields})


def test_the_task_goes_on_until_its_run_ends_and_has_its_results(kind: TaskKind, asked: Asked, workflow: int) -> None:
    parameters = given("workflow_execution", workflow_id=workflow, parameters={"topic": "bees"})
    context = asked.context()
    first = waits(kind, parameters, context)
    later = waits(kind, parameters, next_stretch(asked, context, first))
    assert later.state["run_id"] == first.state["run_id"]
    assert 1.0 < (later.until - datetime.now(UTC)).total_seconds() < 2.0
    ended(asked, first.state["run_id"], RunStatus.COMPLETED)
    result = kind.run(parameters, next_stretch(asked, context, later))
    assert (result["run_status"], result["results"]) == ("completed", {"write": {"text": "About bees"}})


def test_a_worker_that_died_after_starting_finds_its_run_again(kind: TaskKind, asked: Asked, workflow: int) -> None:
    parameters = given("workflow_execution", workflow_id=workflow)
    context = asked.context()
    first, second = (waits(kind, parameters, context).state["run_id"] for _ in range(2))
    assert first == second


def test_a_run_that_fails_fails_the_task_and_a_retry_resumes_it(kind: TaskKind, asked: Asked, workflow: int) -> None:
    parameters = given("workflow_execution", workflow_id=workflow)
    context = asked.context()
    first = waits(kind, parameters, context)
    run = ended(asked, first.state["run_id"], RunStatus.FAILED, error={"code": "X", "message": "no ink"})
    with pytest.raises(TaskRefused, match="no ink") as refused:
        kind.run(parameters, next_stretch(asked, context, first))
    assert (refused.value.reason, refused.value.details["run_id"]) == ("RUN_FAILED", run.id)
    again = waits(kind, parameters, next_stretch(asked, context, first, attempt=2))
    assert again.state["run_id"] == run.id
    resumed = Stage(asked.user.tenant_id).runs.read(asked.user.tenant_id, run.id)
    assert (resumed.status, resumed.generation) == (RunStatus.RUNNING, 1)


def test_a_cancelled_task_cancels_its_run(kind: TaskKind, asked: Asked, workflow: int) -> None:
    parameters = given("workflow_execution", workflow_id=workflow)
    context = asked.context()
    first = waits(kind, parameters, context)

    def stop(_: int) -> None:
        raise TaskCancelled("cancelled")

    asked.stop = stop
    with pytest.raises(TaskCancelled):
        kind.run(parameters, next_stretch(asked, context, first))
    tenant = asked.user.tenant_id
    assert Stage(tenant).runs.read(tenant, first.state["run_id"]).status == RunStatus.CANCELLED


def test_a_workflow_that_is_not_there_or_another_tenants_is_refused(
    kind: TaskKind, asked: Asked, workflow: int, tenant: str
) -> None:
    other = call(workflows, "POST", "/api/v3/workflows", {"name": "W", "nodes": [NODE]}, a_caller(tenant))[1]["id"]
    assert other == workflow
    with pytest.raises(TaskRefused) as refused:
        kind.run(given("workflow_execution", workflow_id=workflow + 1), asked.context())
    assert refused.value.reason == "WORKFLOW_NOT_FOUND"


def test_who_may_write_no_workflow_any_more_starts_none(kind: TaskKind, asked: Asked, workflow: int) -> None:
    change_user(the_accounts(), asked.user, roles=["guest"])
    with pytest.raises(TaskRefused) as refused:
        kind.run(given("workflow_execution", workflow_id=workflow), asked.context())
    assert refused.value.reason == "FORBIDDEN"
