"""What the compiled machine does for errors that are handled, early ends, moments and a run's time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain.compiler import compile_definition
from docchain.definitions.normalise import normalise
from tests.support.asl import evaluate
from tests.support.chain import Run
from tests.support.definitions import TARGETS, Case, a_definition, a_node, a_succeed, a_wait_until


def states_of(*nodes: dict[str, Any]) -> dict[str, Any]:
    states: dict[str, Any] = compile_definition(a_definition(*nodes), TARGETS)["States"]
    return states


def test_a_handled_error_is_caught_by_its_own_node_but_not_that_of_a_run_that_is_over() -> None:
    over, handled = states_of(a_node("x", on_error="continue"), a_node("next"))["x"]["Catch"]
    assert (over["ErrorEquals"], over["Next"]) == (["RunOver"], "RunFailed")
    assert (handled["ErrorEquals"], handled["Next"]) == (["States.ALL"], "next")


def test_within_a_fork_the_word_of_a_run_that_is_over_is_handed_up() -> None:
    fork = states_of(a_node("x", on_error="continue"), a_node("y", []))["Fork x"]
    branch = fork["Branches"][0]["States"]
    assert branch[branch["x"]["Catch"][0]["Next"]]["Error"] == "RunOver"


def test_a_fork_in_which_the_run_may_succeed_knows_that_word() -> None:
    fork = states_of(a_node("y", []), a_succeed("x"), a_node("z", []))["Fork y"]
    assert [(c["ErrorEquals"], c["Next"]) for c in fork["Catch"]] == [
        (["RunSucceeded"], "RunFinished"),
        (["States.ALL"], "RunFailed"),
    ]


def test_the_time_of_a_run_is_the_machines() -> None:
    assert compile_definition(normalise([a_node("a")], timeout_seconds=90), TARGETS)["TimeoutSeconds"] == 90
    assert "TimeoutSeconds" not in compile_definition(normalise([a_node("a")]), TARGETS)


def test_a_handled_error_costs_no_transition() -> None:
    nodes = [a_node(f"n{i}", on_error="continue") for i in range(10)]
    errors = {f"n{i}": "PermanentStepError" for i in range(0, 10, 2)}
    run = Run(Case(a_definition(*nodes), dict.fromkeys([f"n{i}" for i in range(10)], 1), {}, errors))
    assert run.execute().transitions == 11
    assert run.error is None


NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    "moment",
    [
        "1970-01-01T00:00:00Z",
        "2024-02-29T23:59:59Z",
        "2100-03-01T00:00:00+14:00",
        "2099-12-31T23:59:59.5-09:30",
        "2000-02-29T12:00:00Z",
    ],
)
@pytest.mark.parametrize("written", ["literal", "expression"])
def test_seconds_until_a_moment_are_counted_as_the_calendar_does(moment: str, written: str) -> None:
    until = moment if written == "literal" else "params.when"
    seconds = states_of(a_wait_until("wait", until))["wait"]["Seconds"].removeprefix("{% ").removesuffix(" %}")
    # What is left, before it is bound to nothing and a year.
    left = seconds[: seconds.rindex(";")] + "; $left)"
    given = {"context": {"Execution": {"Input": {"params": {"when": moment}}}}, "input": {"facts": {}}}
    expected = datetime.fromisoformat(moment).timestamp() - datetime.now(UTC).timestamp()
    assert abs(evaluate(left, {"states": given}) - expected) < 3


@pytest.mark.parametrize(("ahead", "waits"), [(-5, 0), (90, 90), (400 * 86400, 0)])
def test_a_moment_gone_by_or_beyond_a_year_is_not_waited_for(ahead: int, waits: int) -> None:
    moment = (datetime.now(UTC) + timedelta(seconds=ahead)).isoformat(timespec="seconds")
    seconds = states_of(a_wait_until("wait", moment))["wait"]["Seconds"].removeprefix("{% ").removesuffix(" %}")
    assert abs(evaluate(seconds, {"states": {}}) - waits) <= 2
