"""The sweeper finds what does not go on, says why, and the API tells it to its tenant."""

import os
from typing import Any

import boto3
import pytest

from docchain import clock
from docchain.ids import new_ulid
from docchain.runs import explaining, keys, repository
from docchain.runs.models import NodeStatus, Run, RunStatus
from docchain.runs.records import _item
from docchain.steps.call import NodeCall, NodeResult
from docchain.storage.table import Table
from docchain.workflows.state_machines import execution_arn
from functions.api.workflows.handler import handler
from functions.schedules.stuck_runs.handler import handler as sweep
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call

BASE = "/api/v3/workflows/runs"
NODES = [
    {"id": 1, "name": "One", "node_type": "document_template", "config": {"template": "1"}},
    {"id": 2, "name": "Pause", "node_type": "delay", "config": {"seconds": 3600}},
    {"id": 3, "name": "Two", "node_type": "document_template", "config": {"template": "2"}},
]


@pytest.fixture
def stage(tenant: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(repository, "FIRST_CHECK_SECONDS", 0)
    found = Stage(tenant)
    forget_open_runs(found.runs.table)
    return found


def forget_open_runs(runs: Table) -> None:
    """What other tests have left open would fill the two hundred that one look takes."""
    while left := runs.query("open", index=keys.OPEN_RUNS, index_keys=keys.OPEN_RUNS_KEYS, limit=1000).items:
        for item in left:
            runs.delete(item["pk"], item["sk"])


def with_execution(stage: Stage, run: Run) -> str:
    """Of a machine that is there: moto keeps executions and does not run them."""
    states = boto3.client("stepfunctions")
    machine = states.create_state_machine(
        name=f"docchain-test-{new_ulid()}",
        definition='{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}',
        roleArn=os.environ["STATE_MACHINE_ROLE"],
    )["stateMachineArn"]
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "run", set_={"state_machine_arn": machine})
    states.start_execution(stateMachineArn=machine, name=run.execution_name(stage.tenant), input="{}")
    return execution_arn(machine, run.execution_name(stage.tenant))


def started(stage: Stage) -> tuple[Run, str]:
    run = stage.started(NODES)
    return run, with_execution(stage, run)


def asked(tenant: str, path: str) -> tuple[int, Any]:
    return call(handler, "GET", f"{BASE}/{path}", None, a_caller(tenant))


def text(call: NodeCall) -> NodeResult:
    return NodeResult(output={"text": "t"})


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    moment = clock.epoch() + seconds
    monkeypatch.setattr("docchain.runs.looking.epoch", lambda: moment)


def test_a_run_that_just_began_is_about_to_do_its_first_node(stage: Stage) -> None:
    run, _ = started(stage)

    status, view = asked(stage.tenant, f"{run.id}/explain")

    assert status == 200
    assert view["summary"] == "Next is 'one'."
    assert not view["is_stuck"]


def test_a_delay_is_what_it_waits_for_however_long(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = started(stage)
    stage.perform(run, "one", text)
    later(monkeypatch, 3000)

    view = asked(stage.tenant, f"{run.id}/explain")[1]

    assert view["reasons"][0]["kind"] == "timer"
    assert not view["is_stuck"]


def test_silence_for_longer_than_a_retry_takes_is_stuck(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = started(stage)
    later(monkeypatch, explaining.IDLE_SECONDS + 60)

    view = asked(stage.tenant, f"{run.id}/explain")[1]

    assert view["is_stuck"]
    assert "Nothing has happened for" in view["summary"]


def test_a_worker_that_never_came_back_is_named_by_its_node(stage: Stage) -> None:
    run, _ = started(stage)
    lost_worker(stage, run)

    view = asked(stage.tenant, f"{run.id}/explain")[1]

    assert view["is_stuck"]
    assert view["reasons"][0]["node"] == "one"


def lost_worker(stage: Stage, run: Run) -> None:
    stage.perform(run, "one", text)
    record = stage.record(run, "one")
    lost = record.model_copy(update={"status": NodeStatus.RUNNING, "lease_until": 1, "finished_at": None})
    stage.runs.table.put(_item(f"{stage.tenant}#run#{run.id}", lost))


def test_the_sweeper_notes_it_and_the_tenant_reads_it(stage: Stage) -> None:
    run, _ = started(stage)
    lost_worker(stage, run)

    sweep({}, a_context())

    (found,) = asked(stage.tenant, "stuck")[1]
    assert (found["run_id"], found["status"]) == (run.id, "running")
    assert "node 'one' was due" in found["says"]
    assert asked(f"t_{new_ulid()}", "stuck") == (200, [])


def test_one_whose_execution_is_gone_is_interrupted_and_on_the_list(stage: Stage) -> None:
    run, execution = started(stage)
    boto3.client("stepfunctions").stop_execution(executionArn=execution)

    sweep({}, a_context())

    assert stage.runs.read(stage.tenant, run.id).status == RunStatus.INTERRUPTED
    assert [s["run_id"] for s in asked(stage.tenant, "stuck")[1]] == [run.id]
    view = asked(stage.tenant, f"{run.id}/explain")[1]
    assert "ended as ABORTED" in view["summary"]
    assert "resume" in view["next_step"]


def test_one_that_cannot_be_read_is_told_by_its_key_and_put_off_and_those_after_it_are_looked_at(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    (unreadable, _), (other, execution) = started(stage), started(stage)
    table, pk = stage.runs.table, f"{stage.tenant}#run#{unreadable.id}"
    table.update(pk, "run", set_={"status": "paused", "open_sk": f"{1:012d}"})
    boto3.client("stepfunctions").stop_execution(executionArn=execution)

    seen = sweep({}, a_context())

    assert (seen["failed"], seen["interrupted"]) == (1, 1)
    assert stage.runs.read(stage.tenant, other.id).status == RunStatus.INTERRUPTED
    assert stage.runs.read_due(100) == []
    (told,) = [r for r in caplog.records if getattr(r, "pk", "") == pk]
    assert told.levelname == "ERROR"


def test_what_ended_or_goes_on_again_is_off_the_list(stage: Stage) -> None:
    run, _ = started(stage)
    lost_worker(stage, run)
    sweep({}, a_context())
    stage.runs.end(stage.tenant, run, RunStatus.COMPLETED)

    assert asked(stage.tenant, "stuck")[1] == []
    assert asked(stage.tenant, f"{run.id}/explain")[1]["summary"] == "It is completed."


def test_a_run_without_an_execution_is_said_to_be_started_soon(stage: Stage) -> None:
    run = stage.started(NODES)

    view = asked(stage.tenant, f"{run.id}/explain")[1]

    assert (view["execution"], view["is_stuck"]) == (None, True)
    assert "sweeper starts it" in view["summary"]


def test_the_run_of_another_tenant_is_not_explained(stage: Stage) -> None:
    run, _ = started(stage)

    assert asked(f"t_{new_ulid()}", f"{run.id}/explain")[0] == 404
