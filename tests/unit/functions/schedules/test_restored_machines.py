"""A run whose machine housekeeping removed goes on, whoever started it: the sweeper makes the machine again."""

from collections.abc import Callable

import boto3
import pytest

from docchain.definitions.normalise import normalise
from docchain.runs import repository
from docchain.runs.models import Run, RunStatus
from docchain.workflows import keys
from docchain.workflows.state_machines import execution_arn
from functions.schedules.stuck_runs.dependencies import publisher
from functions.schedules.stuck_runs.handler import handler as look_at_open_runs
from tests.support.rest import a_context
from tests.support.waits import WaitingStage, stage
from tests.unit.functions.schedules.test_stuck_runs import forget_open_runs

__all__ = ["stage"]

ONE = {"name": "One", "key": "one", "node_type": "document_template", "config": {"template": "1"}}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, stage: WaitingStage) -> None:
    monkeypatch.setattr(repository, "FIRST_CHECK_SECONDS", 0)
    forget_open_runs(stage.runs.table)


def with_machine(stage: WaitingStage, workflow_id: int) -> str:
    """The version's own, which is made, noted with it, and removed as housekeeping does after a month without runs."""
    definition = normalise([ONE])
    arn = publisher().machine_of(definition)
    place = (keys.partition(stage.tenant, workflow_id), keys.version_key(1))
    stage.versions.table.update(*place, set_={"state_machine_arn": arn})
    boto3.client("stepfunctions").delete_state_machine(stateMachineArn=arn)
    return arn


def a_child(stage: WaitingStage) -> Run:
    child_workflow = stage.published(normalise([ONE]))
    with_machine(stage, child_workflow)
    node = {"name": "Sub", "key": "sub", "node_type": "subworkflow", "config": {"workflow_id": child_workflow}}
    parent = stage.started([node])
    stage.wait(parent, "sub", "subworkflow")
    (asked,) = stage.api("GET", f"/runs/{parent.id}/nodes")[1]
    return stage.runs.read(stage.tenant, asked["waiting"]["run_id"], consistent=True)


def a_queued_run(stage: WaitingStage) -> Run:
    """Started by whoever hears that a place is free."""
    run = stage.started([ONE], status=RunStatus.QUEUED)
    arn = with_machine(stage, run.workflow_id)
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "run", set_={"state_machine_arn": arn})
    stage.hear(run)
    return stage.runs.read(stage.tenant, run.id, consistent=True)


def a_run_whose_starter_died(stage: WaitingStage) -> Run:
    run = stage.started([ONE])
    arn = with_machine(stage, run.workflow_id)
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "run", set_={"state_machine_arn": arn})
    return stage.runs.read(stage.tenant, run.id, consistent=True)


def executes(stage: WaitingStage, run: Run) -> bool:
    client = boto3.client("stepfunctions")
    arn = execution_arn(run.state_machine_arn, run.execution_name(stage.tenant))
    try:
        return bool(client.describe_execution(executionArn=arn)["status"] == "RUNNING")
    except client.exceptions.ExecutionDoesNotExist:
        return False


@pytest.mark.parametrize("begin", [a_child, a_queued_run, a_run_whose_starter_died])
def test_a_run_whose_machine_is_gone_is_started_on_the_one_that_is_made_again(
    stage: WaitingStage, begin: Callable[[WaitingStage], Run]
) -> None:
    run = begin(stage)
    assert (run.status, executes(stage, run)) == (RunStatus.RUNNING, False)

    assert look_at_open_runs({}, a_context())["started"] >= 1

    after = stage.runs.read(stage.tenant, run.id, consistent=True)
    assert (after.status, after.state_machine_arn) == (RunStatus.RUNNING, run.state_machine_arn)
    assert executes(stage, after)


def test_where_workers_have_moved_since_the_run_goes_on_on_a_machine_of_another_name(stage: WaitingStage) -> None:
    run = stage.started([ONE])  # of a machine that no definition compiles to any more
    assert "docchain-test-x" in run.state_machine_arn

    assert look_at_open_runs({}, a_context())["started"] == 1

    after = stage.runs.read(stage.tenant, run.id, consistent=True)
    assert after.state_machine_arn != run.state_machine_arn
    assert executes(stage, after)
    stage.runs.look_again_in(stage.tenant, after, 0)
    assert look_at_open_runs({}, a_context())["running"] == 1


def test_a_run_that_was_cancelled_meanwhile_is_not_started(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stage.started([ONE])
    restore = type(publisher()).restore

    def cancelled_meanwhile(*arguments: object) -> str:
        stage.ends(run, RunStatus.CANCELLED)
        return restore(*arguments)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(type(publisher()), "restore", cancelled_meanwhile)
    look_at_open_runs({}, a_context())

    after = stage.runs.read(stage.tenant, run.id, consistent=True)
    assert (after.status, after.state_machine_arn) == (RunStatus.CANCELLED, run.state_machine_arn)


def test_a_run_whose_version_is_gone_too_says_so(stage: WaitingStage) -> None:
    run = stage.started([ONE])
    stage.versions.table.delete(keys.partition(stage.tenant, run.workflow_id), keys.version_key(1))

    look_at_open_runs({}, a_context())

    after = stage.runs.read(stage.tenant, run.id, consistent=True)
    assert after.status == RunStatus.INTERRUPTED
    assert after.error is not None
    assert "the version that it was made from" in after.error["message"]
