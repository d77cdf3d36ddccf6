"""What becomes of errors, early ends and moments, from a run's start to its end."""

from collections.abc import Callable
from typing import Any

import pytest

from docchain.runs.models import NodeStatus, RunStatus
from tests.support.definitions import a_condition, a_delay, a_fail, a_succeed, a_switch, a_wait_until
from tests.support.engine import Stage
from tests.support.executions import Whole, a_template

Start = Callable[..., Whole]
BAD = "{{ 'bad' }}"


@pytest.fixture
def start(aws_account: None, tenant: str) -> Start:
    def started(*nodes: dict[str, Any], **fields: Any) -> Whole:
        return Whole(Stage(tenant), list(nodes), failures={"bad"}, **fields)

    return started


def statuses(run: Whole, *keys: str) -> list[str | None]:
    return [record.status.value if (record := run.record(key)) else None for key in keys]


def test_after_continue_the_next_node_runs_without_the_output_and_reads_the_error(start: Start) -> None:
    said = "{{ nodes.x is none }} {{ errors.x.code }}: {{ errors.x.message }}"
    run = start(a_template("x", BAD, on_error="continue"), a_template("next", said))
    ended = run.run_to_end()

    assert ended.status == RunStatus.COMPLETED
    assert statuses(run, "x", "next") == ["failed", "completed"]
    assert run.record("next").output == {"text": "true STEP_PERMANENT: cannot write bad"}


def test_an_error_that_did_not_happen_can_be_asked_for(start: Start) -> None:
    said = "{% if errors.x %}{{ errors.x.message }}{% else %}{{ nodes.x.text }}{% endif %}"
    run = start(a_template("x", "fine", on_error="continue"), a_template("next", said))
    run.run_to_end()
    assert run.record("next").output == {"text": "fine"}


@pytest.mark.parametrize(("text", "ran", "left_out"), [(BAD, "repair", "next"), ("fine", "next", "repair")])
def test_goto_runs_its_target_on_error_and_what_follows_otherwise(
    start: Start, text: str, ran: str, left_out: str
) -> None:
    run = start(
        a_template("x", text, on_error="goto:repair"),
        a_template("next", "after x"),
        a_template("repair", "instead of x"),
        a_template("end", "end", ["next", "repair"]),
    )
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert statuses(run, ran, left_out, "end") == ["completed", None, "completed"]


def test_a_chain_may_share_one_handler(start: Start) -> None:
    told = "{{ errors.a.message if errors.a else errors.b.message }}"
    run = start(
        a_template("a", "fine", on_error="goto:repair"),
        a_template("b", BAD, on_error="goto:repair"),
        a_template("c", "never", on_error="goto:repair"),
        a_template("repair", told),
    )
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert statuses(run, "a", "b", "c", "repair") == ["completed", "failed", None, "completed"]
    assert run.record("repair").output == {"text": "cannot write bad"}


def test_a_worker_that_died_is_written_down_as_failed_by_the_next_step(start: Start) -> None:
    run = start(a_template("x", "fine", on_error="continue"), a_template("next", "{{ errors.x.code }}"), dies={"x"})
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert run.record("next").output == {"text": "STEP_LOST"}
    assert "did not come back (States.Timeout)" in str(run.record("x").error)
    assert run.stage.event_types(run.run).count("node.failed") == 1


def test_a_worker_that_died_last_is_written_down_by_the_end_of_the_run(start: Start) -> None:
    run = start(a_template("x", "fine", on_error="continue"), dies={"x"})
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert statuses(run, "x") == ["failed"]


def test_an_error_that_nobody_handles_fails_the_run_also_when_another_was_handled_before(start: Start) -> None:
    run = start(a_template("x", BAD, on_error="continue"), a_fail("stop", message="{{ errors.x.message }}!"))
    ended = run.run_to_end()
    assert ended.status == RunStatus.FAILED
    assert ended.error == {"code": "FAILED_BY_WORKFLOW", "message": "cannot write bad!", "node": "stop"}


def test_a_cancelled_run_is_not_handled_on(start: Start) -> None:
    run = start(a_template("x", "fine", on_error="continue"), a_template("next", "never"))
    run.stage.runs.cancel(run.stage.tenant, run.run, "ada", None)
    assert run.run_to_end().status == RunStatus.CANCELLED
    assert run.failure.error == "RunOver"
    assert statuses(run, "x", "next") == [None, None]


def test_what_was_handled_stays_handled_when_the_run_is_resumed(start: Start) -> None:
    run = start(
        a_template("x", BAD, on_error="goto:repair"),
        a_template("next", "n"),
        a_template("repair", "r"),
        a_fail("stop", ["repair"]),
    )
    run.run_to_end()
    run.resume()
    run.failures.clear()
    run.run_to_end()
    assert statuses(run, "x", "next", "repair") == ["failed", None, "completed"]
    assert [key for key, _ in run.worked].count("x") == 1


@pytest.mark.parametrize("beside", [[], [a_template("other", "beside", [])]])
def test_fail_ends_the_run_with_its_authors_words(start: Start, beside: list[dict[str, Any]]) -> None:
    stop = a_fail("stop", [], message="{{ params.who }} may not", code="NOT_ALLOWED")
    run = start(*beside, stop, a_template("end", "end", ["other"] if beside else []), params={"who": "Ada"})
    ended = run.run_to_end()
    assert ended.status == RunStatus.FAILED
    assert ended.error == {"code": "NOT_ALLOWED", "message": "Ada may not", "node": "stop"}


def test_succeed_ends_the_run_from_within_a_fork_of_a_fork(start: Start) -> None:
    nodes = [
        a_template("start", "s"),
        a_template("left", "l", ["start"]),
        a_template("deep", "d", ["start"]),
        a_condition("ask", "params.stop", ["deep"]),
        a_template("deeper", "d", ["deep"]),
        {**a_succeed("enough", ["ask:true"]), "config": {"message": "{{ params.who }} is content"}},
        a_template("end", "e", ["left", "deeper", "ask"]),
    ]
    run = start(*nodes, params={"stop": True, "who": "Ada"})
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert run.record("enough").output == {"message": "Ada is content"}
    assert statuses(run, "end") == [None]

    run = start(*nodes, params={"stop": False, "who": "Ada"})
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert statuses(run, "enough", "end") == [None, "completed"]


@pytest.mark.parametrize(("size", "way"), [(3, "many"), (1, "few"), (0, "default")])
def test_the_first_case_that_holds_decides(start: Start, size: int, way: str) -> None:
    run = start(
        a_switch("route", None, many="params.size > 2", few="params.size > 0"),
        *(a_template(key, key, [f"route:{key}"]) for key in ("many", "few", "default")),
        a_template("end", "end", ["many", "few", "default"]),
        params={"size": size},
    )
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert run.record("route").facts == {"outcome": way}
    assert statuses(run, way, "end") == ["completed", "completed"]
    assert len(run.worked) == 2


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("params.when", "was given 'soon' to wait for"),
        ("params.none", "was given 'nothing' to wait for"),
        ("params.size", "was given 'number' to wait for"),
        ("params.far", "a year at most"),
        ("9999-01-01T00:00:00Z", "a year at most"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_a_moment_that_cannot_be_waited_for_fails_the_run_before_anything_else(
    start: Start, until: str, says: str, last: bool
) -> None:
    after = [] if last else [a_template("next", "never", on_error="continue")]
    params = {"when": "soon", "size": 3, "far": "9999-12-31T23:59:59+14:00"}
    run = start(a_wait_until("wait", until), a_delay("pause", 1), *after, params=params)
    ended = run.run_to_end()
    assert ended.status == RunStatus.FAILED
    assert says in str(ended.error)
    assert ended.error is not None and ended.error["node"] == "wait"
    assert statuses(run, "wait", "pause") == [NodeStatus.FAILED, NodeStatus.COMPLETED]
    assert run.worked == []


def test_a_moment_gone_by_is_no_wait(start: Start) -> None:
    run = start(a_wait_until("wait", "params.when"), a_template("next", "n"), params={"when": "2020-02-29T00:00:00Z"})
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert statuses(run, "wait", "next") == ["completed", "completed"]
