"""The graph answers who comes before whom, whose text is read, what is skipped, and draws itself."""

import pytest

from docchain.definitions.checks import ways
from docchain.definitions.graph import graph_of, mermaid, text_sources
from docchain.definitions.liveness import Literal, liveness, skipped
from tests.support.definitions import a_condition, a_definition, a_delay, a_node

DIAMOND = a_definition(
    a_node("start"),
    a_condition("ask", "nodes.start.words > 3"),
    a_node("yes", ["ask:true"]),
    a_node("no", ["ask:false"]),
    a_node("join", ["yes", "no"]),
    a_node("after yes", ["yes"]),
)


def test_ancestors_are_all_that_comes_before() -> None:
    graph = graph_of(DIAMOND)
    assert graph.ancestors("yes") == {"start", "ask"}
    assert graph.ancestors("join") == {"start", "ask", "yes", "no"}
    assert graph.precedes("start", "join")
    assert not graph.precedes("yes", "no")
    assert not graph.precedes("join", "start")


def test_the_order_respects_the_edges() -> None:
    graph = graph_of(a_definition(a_node("c", ["b"]), a_node("b", ["a"]), a_node("a", [])))
    assert graph.order == ("a", "b", "c")
    assert graph.targets["a"] == ("b",)


def test_a_node_lives_by_its_edges_and_either_answer_is_as_good_as_none() -> None:
    live = liveness(graph_of(DIAMOND))
    assert live["yes"] == live["after_yes"] == {frozenset({Literal("ask", "true")})}
    assert live["start"] is live["ask"] is live["join"] is None


@pytest.mark.parametrize(("outcome", "left_out"), [("true", {"no"}), ("false", {"yes", "after_yes"})])
def test_what_was_skipped_follows_from_the_answers(outcome: str, left_out: set[str]) -> None:
    assert skipped(graph_of(DIAMOND), {"ask": outcome}) == left_out


def test_a_condition_that_was_not_asked_keeps_nothing_alive() -> None:
    definition = a_definition(
        a_condition("outer", "true"), a_condition("inner", "true", ["outer:true"]), a_node("x", ["inner"])
    )
    assert skipped(graph_of(definition), {"outer": "false"}) == {"inner", "x"}


def test_text_comes_from_before_the_conditions_and_delays() -> None:
    definition = a_definition(
        a_node("a"), a_node("b", []), a_delay("wait", 1, ["a"]), a_condition("ask", "true", ["wait", "b"]), a_node("x")
    )
    graph = graph_of(definition)
    assert text_sources(graph, "x") == ("a", "b")
    assert text_sources(graph, "a") == ()


def test_a_run_is_drawn_with_its_states_and_outcomes() -> None:
    drawn = mermaid(DIAMOND, {"start": "completed", "no": "skipped", "join": "odd"})
    assert drawn.startswith("flowchart TD\n")
    assert "  n_ask -->|true| n_yes\n" in drawn
    assert '  n_start["start<br/>' in drawn
    assert "]:::completed\n" in drawn
    assert "classDef completed " in drawn
    assert "classDef odd" not in drawn


def test_a_name_cannot_break_out_of_the_drawing() -> None:
    drawn = mermaid(a_definition(a_node('x"] --> y; click <script>')))
    assert "<script>" not in drawn
    assert 'x"' not in drawn


def test_where_two_answers_meet_again_the_condition_itself_must_still_have_been_asked() -> None:
    definition = a_definition(
        a_condition("outer", "true"),
        a_condition("inner", "true", ["outer:true"]),
        a_node("x", ["inner:true"]),
        a_node("y", ["inner:false"]),
        a_node("join", ["x", "y"]),
    )
    assert liveness(graph_of(definition))["join"] == {frozenset({Literal("outer", "true")})}
    assert skipped(graph_of(definition), {"outer": "false"}) == {"inner", "x", "y", "join"}


def test_an_edge_with_an_outcome_is_a_requirement_and_one_without_is_a_join() -> None:
    definition = a_definition(
        a_node("summary"),
        a_condition("ask", "true", ["summary"]),
        a_node("brief", ["summary", "ask:true"]),
        a_node("nota", ["summary", "ask:false"]),
        a_node("pdf", ["brief", "nota"]),
    )
    assert skipped(graph_of(definition), {"ask": "true"}) == {"nota"}
    assert skipped(graph_of(definition), {"ask": "false"}) == {"brief"}


def test_two_conditions_that_are_named_must_both_agree() -> None:
    definition = a_definition(
        a_condition("a", "true", []), a_condition("b", "true", []), a_node("x", ["a:true", "b:true"])
    )
    for answers, left_out in [(("true", "true"), set()), (("true", "false"), {"x"}), (("false", "true"), {"x"})]:
        assert skipped(graph_of(definition), dict(zip("ab", answers, strict=True))) == left_out


def test_edges_that_exclude_each_other_are_found() -> None:
    definition = a_definition(
        a_condition("ask", "true", []), a_node("yes", ["ask:true"]), a_node("never", ["yes", "ask:false"])
    )
    assert [(f.code, f.node) for f in ways.check(definition)] == [("UNREACHABLE", "never")]
