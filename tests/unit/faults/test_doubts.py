"""A node that may have acted stops its run; what a person says of it is done, once, and told."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from docchain.runs.models import NodeStatus, RunStatus
from functions.api.workflows.handler import handler
from functions.steps.lifecycle.run import run as end_run
from tests.support.engine import Stage
from tests.support.faults import ProcessKilled
from tests.support.http_peer import Peer, a_peer
from tests.support.rest import a_caller, call
from tests.unit.faults.deliveries import Trial

BASE = "/api/v3/workflows"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as peer:
        yield peer


@pytest.fixture
def trial(tenant: str, peer: Peer) -> Trial:
    """Its peer acted, and the process died before it could say so."""
    trial = Trial(Stage(tenant), peer, "once", effect="killed")
    trial.until_it_ends()
    return trial


def resumed(trial: Trial, body: Any = None, tenant: str | None = None) -> tuple[int, Any]:
    return call(handler, "POST", f"{BASE}/runs/{trial.run.id}/resume", body, a_caller(tenant or trial.stage.tenant), {})


@pytest.fixture(autouse=True)
def machine(aws_account: None) -> Iterator[None]:
    """The run's own machine, so that it can be started again."""
    client = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/states"
    made = client.create_state_machine(name="docchain-test-x", definition="{}", roleArn=role)
    yield
    client.delete_state_machine(stateMachineArn=made["stateMachineArn"])


def test_the_run_stops_and_says_which_node_it_is(trial: Trial) -> None:
    run = trial.current_run()
    assert (run.status, run.error and run.error["code"]) == (RunStatus.INTERRUPTED, "OUTCOME_UNKNOWN")
    assert run.error and run.error["node"] == "act"
    assert trial.record.status == NodeStatus.UNKNOWN
    assert {"node.unknown", "run.interrupted"} <= set(trial.stage.event_types(run))
    assert len(trial.acted) == 1


def test_it_is_not_resumed_while_nobody_decides(trial: Trial) -> None:
    status, told = resumed(trial)
    assert (status, told["error"]["code"]) == (409, "OUTCOME_UNKNOWN")
    assert "act" in json.dumps(told)
    assert trial.current_run().status == RunStatus.INTERRUPTED


def test_assumed_done_it_has_the_output_that_was_given_and_does_not_act(trial: Trial) -> None:
    status, run = resumed(trial, {"assume": "done", "node": "act", "output": {"status": 201}})
    assert (status, run["status"], run["generation"]) == (200, "running", 1)
    trial.run = trial.current_run()
    trial.deliver(0)
    record = trial.record
    assert (record.status, record.output, record.facts) == (NodeStatus.COMPLETED, {"status": 201}, {"status": 201})
    assert record.decided and record.decided["assume"] == "done"
    assert len(trial.acted) == 1


def test_assumed_not_done_it_acts_again(trial: Trial) -> None:
    assert resumed(trial, {"assume": "retry"})[0] == 200
    trial.run = trial.current_run()
    trial.deliver(0)
    assert trial.record.status == NodeStatus.COMPLETED
    assert len(trial.acted) == 2
    resumed_events = [e for e in events_of(trial) if e["type"] == "run.resumed"]
    assert resumed_events[0]["data"]["assume"] == "retry"
    assert resumed_events[0]["actor"]


def test_a_retry_that_dies_as_well_stops_the_run_again(trial: Trial) -> None:
    resumed(trial, {"assume": "retry"})
    trial.run, trial.struck = trial.current_run(), False
    trial.until_it_ends()
    assert trial.current_run().status == RunStatus.INTERRUPTED
    assert resumed(trial)[0] == 409
    assert resumed(trial, {"assume": "done"})[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"assume": "perhaps"}, 422),
        ({"output": {"a": 1}}, 422),
        ({"assume": "retry", "output": {"a": 1}}, 422),
        ({"assume": "done", "output": {"a": "x" * 17_000}}, 422),
        ({"assume": "done", "node": "other"}, 409),
    ],
)
def test_what_cannot_be_said_of_it_is_refused_and_changes_nothing(trial: Trial, body: Any, status: int) -> None:
    assert resumed(trial, body)[0] == status
    assert trial.record.status == NodeStatus.UNKNOWN


def test_nobody_elses_doubt_is_decided(trial: Trial, aws_account: None) -> None:
    assert resumed(trial, {"assume": "done"}, tenant="t_other")[0] == 404
    assert trial.record.status == NodeStatus.UNKNOWN


def test_a_run_without_a_doubt_takes_no_assumption(tenant: str, peer: Peer) -> None:
    trial = Trial(Stage(tenant), peer, "keyed")
    trial.stage.runs.end(tenant, trial.run, RunStatus.FAILED, error={"code": "X", "message": "x"})
    status, told = resumed(trial, {"assume": "done"})
    assert (status, told["error"]["code"]) == (409, "NOTHING_UNDECIDED")


def test_who_comes_back_after_being_doubted_says_what_it_did(tenant: str, peer: Peer) -> None:
    trial = Trial(Stage(tenant), peer, "once")
    send = trial.sending.send

    def doubted_meanwhile(request: Any) -> Any:
        trial.sending.send = send  # type: ignore[method-assign]  # the trial's own
        answer = send(request)
        with pytest.raises(Exception, match="not known"):
            trial.deliver(1)
        return answer

    trial.sending.send = doubted_meanwhile  # type: ignore[method-assign]  # the trial's own
    trial.deliver(0)
    assert trial.record.status == NodeStatus.COMPLETED
    assert len(trial.acted) == 1
    assert resumed(trial)[0] == 200


def test_the_last_step_doubts_a_node_that_never_came_back(tenant: str, peer: Peer) -> None:
    trial = Trial(Stage(tenant), peer, "once", effect="killed")
    with pytest.raises(ProcessKilled):
        trial.deliver(0)
    order = trial.stage.order(trial.run, "", fail={"Error": "States.Timeout", "Cause": ""})
    end_run(order, 30.0)
    assert trial.current_run().status == RunStatus.INTERRUPTED
    assert trial.record.status == NodeStatus.UNKNOWN


def test_the_last_step_of_other_classes_says_that_it_was_lost(tenant: str, peer: Peer) -> None:
    trial = Trial(Stage(tenant), peer, "keyed", effect="killed")
    with pytest.raises(ProcessKilled):
        trial.deliver(0)
    end_run(trial.stage.order(trial.run, "", fail={"Error": "States.Timeout", "Cause": ""}), 30.0)
    assert trial.current_run().status == RunStatus.FAILED


@pytest.mark.parametrize(("effect_class", "most"), [("pure", 3), ("keyed", 3), ("paid", 4), ("once", 4)])
def test_a_step_makes_few_calls_besides_its_work(
    tenant: str, peer: Peer, aws_calls: list[str], effect_class: str, most: int
) -> None:
    trial = Trial(Stage(tenant), peer, effect_class)
    trial.deliver(0)
    trial = Trial(Stage(tenant), peer, effect_class)
    aws_calls.clear()
    trial.deliver(0)
    # The definition is read once by a process; a new world here is a new process.
    assert len([c for c in aws_calls if c != "GetItem"]) <= most


def events_of(trial: Trial) -> list[dict[str, Any]]:
    pk = f"{trial.stage.tenant}#run#{trial.run.id}"
    return [i["event"] for i in trial.stage.runs.table.query_all(pk, prefix="event#", most=100)]
