"""A chain for each item: every item once, its own outcome, and what becomes of the whole."""

from collections.abc import Callable
from typing import Any

import pytest

from docchain.runs.models import NodeStatus
from tests.support.engine import Stage
from tests.support.executions import Executed, a_foreach, a_template

Start = Callable[..., Executed]


@pytest.fixture
def start(aws_account: None, tenant: str) -> Start:
    def started(*nodes: dict[str, Any], **fields: Any) -> Executed:
        return Executed(Stage(tenant), list(nodes), **fields)

    return started


def test_each_item_is_worked_once_and_the_whole_lists_what_came_of_them(start: Start) -> None:
    run = start(a_foreach("each", ["one", "two words", "three"]), a_template("end", "{{ nodes.each.succeeded }}"))
    run.execute()

    assert sorted(run.worked, key=str) == [("end", None), ("write", 0), ("write", 1), ("write", 2)]
    whole = run.record("each")
    assert whole.status == NodeStatus.COMPLETED
    assert whole.facts == {"count": 3, "succeeded": 3, "failed": 0}
    assert whole.output is not None
    assert [r["outputs"]["write"]["text"] for r in whole.output["results"]] == ["one", "two words", "three"]
    end = run.record("end")
    assert end.output == {"text": "3"}


@pytest.mark.parametrize("mode", ["inline", "distributed"])
def test_templates_inside_see_item_index_and_what_comes_before(start: Start, mode: str) -> None:
    inner = (
        a_template("first", "{{ index }}:{{ item.name }} by {{ nodes.head.text }}"),
        a_template("second", "[{{ nodes.first.text }}]"),
    )
    run = start(a_template("head", "Ada"), a_foreach("each", [{"name": "x"}, {"name": "y"}], *inner, mode=mode))
    run.execute()

    assert [r.output for r in run.items("second")] == [{"text": "[0:x by Ada]"}, {"text": "[1:y by Ada]"}]


def test_items_of_a_template_are_the_list_that_it_gives(start: Start) -> None:
    run = start(a_foreach("each", "{{ params.names }}"), params={"names": ["a", "b"]})
    run.execute()
    assert run.record("each").facts["count"] == 2


def test_items_may_be_text_that_holds_a_json_array(start: Start) -> None:
    run = start(a_foreach("each", "[1, 2, 3]", a_template("write", "{{ item + 1 }}")))
    run.execute()
    assert [r.output for r in run.items("write")] == [{"text": "2"}, {"text": "3"}, {"text": "4"}]


def test_what_is_no_list_fails_the_node_and_says_so(start: Start) -> None:
    run = start(a_foreach("each", "{{ params.name }}"), params={"name": "ada"})
    run.fail()
    error = run.record("each").error
    assert error is not None
    assert (error["code"], run.worked) == ("ITEMS_INVALID", [])


def test_more_items_than_a_foreach_takes_are_refused_with_the_figure(start: Start) -> None:
    run = start(a_foreach("each", "{{ range(10001) }}"))
    run.fail()
    error = run.record("each").error
    assert error is not None
    assert "10001 items" in error["message"]


def test_no_items_at_all_are_done_at_once(start: Start) -> None:
    run = start(a_foreach("each", []))
    execution = run.execute()
    assert run.record("each").facts == {"count": 0, "succeeded": 0, "failed": 0}
    assert "Items each" not in execution.visited


@pytest.mark.parametrize("mode", ["inline", "distributed"])
def test_failures_up_to_what_is_tolerated_leave_the_rest(start: Start, mode: str) -> None:
    items = [f"i{n}" for n in range(40)]
    run = start(
        a_foreach("each", items, mode=mode, tolerated_failure_percentage=10),
        a_template("end", "{{ nodes.each.failed }}"),
        failures={"i3", "i7"},
    )
    run.execute()

    assert run.record("each").facts == {"count": 40, "succeeded": 38, "failed": 2}
    output = run.record("each").output
    assert output is not None
    assert [r["index"] for r in output["results"] if r["status"] == "failed"] == [3, 7]
    assert output["results"][3]["error"]["message"] == "cannot write i3"
    assert run.record("end").output == {"text": "2"}


@pytest.mark.parametrize("mode", ["inline", "distributed"])
def test_one_failure_too_many_fails_the_node_and_names_the_items(start: Start, mode: str) -> None:
    items = [f"i{n}" for n in range(20)]
    run = start(
        a_foreach("each", items, mode=mode, tolerated_failure_percentage=5),
        a_template("end", "x"),
        failures={"i3", "i7"},
    )
    run.fail()

    whole = run.record("each")
    assert whole.status == NodeStatus.FAILED
    assert whole.error is not None
    assert whole.error["code"] == "ITEMS_FAILED"
    assert {d["item"] for d in whole.error["details"]} == {3, 7}
    assert ("end", None) not in run.worked
    assert "fail" in run.payloads[-1]


@pytest.mark.parametrize("mode", ["inline", "distributed"])
def test_a_resumed_run_works_only_the_items_that_failed(start: Start, mode: str) -> None:
    items = [f"i{n}" for n in range(20)]
    run = start(a_foreach("each", items, mode=mode), failures={"i3", "i7"})
    run.fail()
    done = {index for _, index in run.worked} - {3, 7}
    run.resume()
    run.failures.clear()
    run.worked.clear()
    run.payloads.clear()
    run.execute()

    assert {index for _, index in run.worked} == set(range(20)) - done
    # Those that succeeded are not even called again.
    assert {p["item"] for p in run.payloads if "item" in p} == set(range(20)) - done
    assert run.record("each").facts == {"count": 20, "succeeded": 20, "failed": 0}


def test_a_resumed_run_goes_over_the_items_it_was_prepared_with(start: Start) -> None:
    run = start(a_foreach("each", ["a", "b"]), failures={"b"})
    run.fail()
    before = run.record("each").items
    run.resume()
    run.failures.clear()
    run.execute()
    assert run.record("each").items == before


def test_conditions_inside_decide_for_each_item(start: Start) -> None:
    inner = (
        a_template("write", "{{ item }}"),
        {"name": "ask", "node_type": "condition", "config": {"expression": "nodes.write.words > 1"}},
        a_template("long", "long", ["ask:true"]),
        a_template("short", "short", ["ask:false"]),
    )
    run = start(a_foreach("each", ["a b", "c"], *inner))
    run.execute()

    assert [(r.item, r.key) for key in ("long", "short") for r in run.items(key)] == [(0, "long"), (1, "short")]
    assert [r.facts for r in run.items("ask")] == [{"outcome": "true"}, {"outcome": "false"}]
    assert run.record("each").facts["succeeded"] == 2


@pytest.mark.parametrize("mode", ["inline", "distributed"])
def test_a_condition_that_ends_an_item_is_written_down(start: Start, mode: str) -> None:
    inner = (
        a_template("write", "{{ item }}"),
        {"name": "ask", "node_type": "condition", "config": {"expression": "nodes.write.words > 1"}},
        a_template("long", "long", ["ask:true"]),
    )
    run = start(a_foreach("each", ["c", "d"], *inner, mode=mode))
    run.execute()

    assert [r.facts for r in run.items("ask")] == [{"outcome": "false"}, {"outcome": "false"}]
    assert run.record("each").facts["succeeded"] == 2


def test_conditions_inside_read_facts_from_before_the_foreach(start: Start) -> None:
    inner = (
        {"name": "ask", "node_type": "condition", "config": {"expression": "nodes.head.words > 1"}},
        a_template("long", "long", ["ask:true"]),
    )
    run = start(a_template("head", "two words"), a_foreach("each", [1, 2], *inner))
    run.execute()
    assert len(run.items("long")) == 2


def test_an_error_inside_that_is_handled_is_no_failure_of_the_item(start: Start) -> None:
    inner = (a_template("write", "{{ item }}", on_error="continue"), a_template("after", "after"))
    run = start(a_foreach("each", ["a", "b"], *inner), failures={"b"})
    run.execute()
    assert run.record("each").facts == {"count": 2, "succeeded": 2, "failed": 0}
    assert len(run.items("after")) == 2


def test_branches_inside_know_their_item(start: Start) -> None:
    inner = (
        a_template("write", "{{ item }}", []),
        a_template("left", "l{{ item }}", ["write"]),
        a_template("right", "r{{ item }}", ["write"]),
        a_template("join", "{{ nodes.left.text }}{{ nodes.right.text }}", ["left", "right"]),
    )
    run = start(a_foreach("each", [1, 2], *inner))
    run.execute()
    assert [r.output for r in run.items("join")] == [{"text": "l1r1"}, {"text": "l2r2"}]


def test_the_sum_of_its_items_is_the_cost_of_the_whole(start: Start) -> None:
    run = start(a_foreach("each", ["a", "b", "c"]))
    run.execute()
    parts = sum(r.cost_usd or 0 for r in run.items("write"))
    assert 0 < parts < (run.record("each").cost_usd or 0)
    assert run.record("each").usage["items"] == 3


def test_a_runs_own_records_do_not_hold_those_of_items(start: Start) -> None:
    run = start(a_template("head", "x"), a_foreach("each", ["a", "b"]), a_template("zend", "y"))
    run.execute()
    found = run.stage.runs.read_records(run.stage.tenant, run.run.id)
    assert [r.key for r in found] == ["each", "head", "zend"]


def test_preparing_and_gathering_twice_changes_nothing(start: Start) -> None:
    run = start(a_foreach("each", ["a", "b"]))
    run.execute()
    before = run.record("each")
    again = {p["phase"]: p for p in run.payloads if p.get("phase")}
    assert run._work("control", again["prepare"])["map"]["mode"] == "none"
    assert run._work("control", again["gather"])["facts"] == before.facts
    assert run.record("each") == before


def test_a_cancelled_run_works_no_further_item(start: Start) -> None:
    run = start(a_foreach("each", ["a", "b"]))
    run.stage.runs.cancel(run.stage.tenant, run.run, "ada", None)
    run.fail()
    assert run.worked == []
