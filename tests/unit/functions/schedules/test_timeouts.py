"""A run whose time is over has failed, whoever sees it first."""

import json
import time
from typing import Any

import boto3
import pytest

from docchain.runs.models import Run, RunStatus
from functions.listeners.executions.run import run as hear
from functions.schedules.stuck_runs import run as sweeping
from tests.support.engine import Stage
from tests.support.executions import a_template


@pytest.fixture
def stage(aws_account: None, tenant: str) -> Stage:
    return Stage(tenant)


def started(stage: Stage, **fields: Any) -> Run:
    """A run with an execution of its own that is running, some time ago."""
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name=f"docchain-test-{stage.tenant}"[:80],
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        roleArn="arn:aws:iam::123456789012:role/states",
    )["stateMachineArn"]
    run = stage.started([a_template("a", "x")])
    changed = {"state_machine_arn": machine, **fields}
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "run", set_=changed)
    run = stage.runs.read(stage.tenant, run.id, consistent=True)
    client.start_execution(stateMachineArn=machine, name=run.execution_name(stage.tenant))
    return run


def looked_at(stage: Stage, run: Run) -> tuple[str, Run]:
    seen = sweeping._look_at(stage.tenant, run)
    return seen, stage.runs.read(stage.tenant, run.id, consistent=True)


LONG_AGO = "2026-01-01T00:00:00+00:00"


def test_a_run_past_its_time_fails_and_its_execution_is_stopped(stage: Stage) -> None:
    run = started(stage, timeout_seconds=60, started_at=LONG_AGO)
    seen, ended = looked_at(stage, run)
    assert (seen, ended.status) == ("timed_out", RunStatus.FAILED)
    assert ended.error is not None and ended.error["code"] == "RUN_TIMEOUT"
    assert "60 seconds" in ended.error["message"]
    arn = f"{run.state_machine_arn.replace(':stateMachine:', ':execution:')}:{run.execution_name(stage.tenant)}"
    assert boto3.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_a_run_in_its_time_or_without_one_is_left_alone(stage: Stage) -> None:
    for fields in ({"timeout_seconds": 60}, {"started_at": LONG_AGO}):
        seen, after = looked_at(stage, started(stage, **fields))
        assert (seen, after.status) == ("running", RunStatus.RUNNING)


def test_a_resumed_run_has_its_time_again(stage: Stage) -> None:
    run = started(stage, timeout_seconds=60, started_at=LONG_AGO)
    stage.runs.end(stage.tenant, run, RunStatus.FAILED, error={})
    resumed = stage.runs.begin_resume(stage.tenant, run, "ada")
    left = resumed.seconds_left(time.time())
    assert left is not None and 50 < left <= 60


def test_the_sweeper_looks_when_the_time_is_over_and_not_an_hour_later(stage: Stage) -> None:
    run = started(stage, timeout_seconds=100, started_at=LONG_AGO)
    assert sweeping._pause(run, 30) == 40
    assert sweeping._pause(run, None) == sweeping.LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("status", "timeout", "ends", "code"),
    [
        ("TIMED_OUT", 60, RunStatus.FAILED, "RUN_TIMEOUT"),
        ("TIMED_OUT", None, RunStatus.INTERRUPTED, "RUN_INTERRUPTED"),
        ("ABORTED", 60, RunStatus.INTERRUPTED, "RUN_INTERRUPTED"),
    ],
)
def test_an_execution_that_step_functions_ended_for_its_time_fails_its_run(
    stage: Stage, status: str, timeout: int | None, ends: RunStatus, code: str
) -> None:
    run = started(stage, timeout_seconds=timeout)
    for _ in range(2):  # notices may come twice
        hear({"name": run.execution_name(stage.tenant), "status": status})
    ended = stage.runs.read(stage.tenant, run.id, consistent=True)
    assert (ended.status, (ended.error or {}).get("code")) == (ends, code)
    assert stage.event_types(run).count(f"run.{ends.value}") == 1
