"""on_error, switch, early ends and moments: what they mean in the graph, and what is refused with node and field."""

from typing import Any

import pytest

from docchain.definitions.checks import validate
from docchain.definitions.graph import graph_of, mermaid
from docchain.definitions.liveness import skipped
from docchain.definitions.models import Edge
from docchain.definitions.normalise import normalise
from tests.support.definitions import (
    a_condition,
    a_definition,
    a_delay,
    a_fail,
    a_node,
    a_succeed,
    a_switch,
    a_wait_until,
)


def only(*nodes: dict[str, Any]) -> tuple[str, str | None, str | None, str]:
    found = validate(a_definition(*nodes))
    assert len(found) == 1, found
    return found[0].code, found[0].node, found[0].field, found[0].message


def test_where_others_go_when_they_fail_depends_on_just_that() -> None:
    nodes = [a_node("x", on_error="goto:3"), a_node("next"), a_node("repair"), a_node("after")]
    definition = a_definition(*nodes)
    assert definition.nodes[0].on_error == "goto:repair"
    assert definition.nodes[2].depends_on == (Edge(source_key="x", outcome="error"),)
    assert definition.nodes[3].sources == ("repair",)
    assert (
        normalise(
            [
                n.model_dump(mode="json")
                | {"depends_on": [{"node": e.source_key, "outcome": e.outcome} for e in n.depends_on]}
                for n in definition.nodes
            ]
        )
        == definition
    )


@pytest.mark.parametrize(
    ("outcomes", "left_out"),
    [
        ({"x": "ok", "y": "ok"}, {"repair"}),
        ({"x": "error"}, {"y", "z"}),
        ({"x": "ok", "y": "error"}, {"z"}),
    ],
)
def test_a_handler_runs_on_any_of_its_errors_and_what_follows_them_does_not(
    outcomes: dict[str, str], left_out: set[str]
) -> None:
    definition = a_definition(
        a_node("x", on_error="goto:repair"),
        a_node("y", on_error="goto:repair"),
        a_node("z"),
        a_node("repair"),
        a_node("end", ["z", "repair"]),
    )
    assert skipped(graph_of(definition), outcomes) == left_out


def test_a_handler_that_names_another_outcome_of_its_source_runs_on_that_too() -> None:
    definition = a_definition(
        a_node("x", on_error="goto:both"), a_node("y", on_error="goto:both"), a_node("both", ["x:ok"])
    )
    graph = graph_of(definition)
    assert skipped(graph, {"x": "ok", "y": "ok"}) == set()
    assert skipped(graph, {"x": "error"}) == {"y"}


def test_continue_lets_by_in_any_case_and_its_outcomes_can_be_named() -> None:
    definition = a_definition(
        a_node("x", on_error="continue"), a_node("always"), a_node("good", ["x:ok"]), a_node("bad", ["x:error"])
    )
    assert skipped(graph_of(definition), {"x": "error"}) == {"good"}
    assert skipped(graph_of(definition), {"x": "ok"}) == {"bad"}


def test_all_ways_of_a_switch_together_are_no_condition() -> None:
    route = a_switch("route", None, many="params.n > 2", few="params.n > 1")
    ways = [a_node(way, [f"route:{way}"]) for way in ("many", "few", "default")]
    definition = a_definition(a_node("a"), route, *ways, a_node("end", ["many", "few", "default"]))
    assert skipped(graph_of(definition), {"route": "few"}) == {"many", "default"}


@pytest.mark.parametrize(
    ("nodes", "code", "field", "says"),
    [
        ([a_node("x", on_error="goto:gone")], "UNKNOWN_DEPENDENCY", "on_error", "'gone'"),
        ([a_node("x", on_error="goto:x")], "UNKNOWN_DEPENDENCY", "on_error", "retry"),
        ([a_delay("x", 1) | {"on_error": "continue"}], "ERROR_NOT_CAUGHT", "on_error", "delay"),
        ([a_condition("x", "true") | {"on_error": "continue"}], "ERROR_NOT_CAUGHT", "on_error", "condition"),
        ([a_fail("x") | {"on_error": "continue"}], "ERROR_NOT_CAUGHT", "on_error", "ends the run"),
        ([a_fail("f"), a_node("x")], "UNREACHABLE", "depends_on[0]", "which ends the run"),
        ([a_succeed("f"), a_node("x")], "UNREACHABLE", "depends_on[0]", "which ends the run"),
        ([a_switch("s", many="true"), a_node("x", ["s:other"])], "UNREACHABLE", "depends_on[0]", "many, default"),
        ([a_switch("x", many="nodes.a.b >")], "EXPRESSION_INVALID", "config.cases[0].expression", "cannot be used"),
        ([a_wait_until("x", "nodes.gone.t")], "UNBOUND_REFERENCE", "config.until", "does not exist"),
        ([a_wait_until("x", "2026-13-01")], "INVALID_CONFIG", "config.until", "not a time"),
        ([a_wait_until("x", "2026-12-01T00:00:00")], "INVALID_CONFIG", "config.until", "offset"),
        ([a_node("a"), a_fail("x", message="{{ errors.a.code }}")], "UNBOUND_REFERENCE", "config.message", "on_error"),
        ([a_fail("x", message="{{ errors }}")], "UNBOUND_REFERENCE", "config.message", "errors.<key>"),
        ([a_fail("x", code="low")], "INVALID_CONFIG", "config.code", "pattern"),
    ],
)
def test_what_cannot_work_is_said_with_node_and_field(
    nodes: list[dict[str, Any]], code: str, field: str, says: str
) -> None:
    found = only(*nodes)
    assert found[:3] == (code, "x", field)
    assert says in found[3]


def test_of_an_error_there_are_the_code_and_the_message() -> None:
    x = a_node("x", on_error="continue")
    assert "It has: code, message" in only(x, a_node("y", config={"template": "{{ errors.x.trace }}"}))[3]
    assert validate(a_definition(x, a_node("y", config={"template": "{{ errors.x.message }}"}))) == []


def test_two_cases_of_one_name_are_refused() -> None:
    cases = [{"name": "a", "expression": "true"}] * 2
    assert "two cases" in only(a_node("s", node_type="switch", config={"cases": cases}))[3]


def test_a_timeout_is_part_of_the_definition_and_none_leaves_its_bytes_alone() -> None:
    plain, timed = normalise([a_node("a")]), normalise([a_node("a")], timeout_seconds=60)
    assert plain.content_hash != timed.content_hash
    assert b'timeout_seconds":null}' in plain.canonical_bytes()  # the node's own
    assert not plain.canonical_bytes().endswith(b"null}")


def test_the_drawing_shows_the_way_of_an_error_and_the_shape_of_an_end() -> None:
    drawn = mermaid(a_definition(a_node("x", on_error="goto:stop"), a_fail("stop"), a_succeed("done", ["x"])))
    assert "  n_x -.->|error| n_stop\n" in drawn
    assert 'n_stop((("' in drawn
    assert 'n_done(("' in drawn
