"""What can be wrong with a foreach is found before it runs, with the node and the field."""

from typing import Any

import pytest

from docchain.compiler import asl_bytes, compile_definition
from docchain.definitions.checks import validate
from docchain.definitions.checks.findings import Finding
from docchain.definitions.checks.history import inline_items_most
from tests.support.definitions import TARGETS, a_condition, a_definition, a_node


def a_foreach(*nodes: dict[str, Any], **config: Any) -> dict[str, Any]:
    chain = [{k: v for k, v in node.items() if v is not None} for node in nodes]
    return a_node("each", [], node_type="foreach", config={"items": [1, 2], "nodes": chain, **config})


def found(*nodes: dict[str, Any]) -> list[Finding]:
    return validate(a_definition(*nodes))


def told(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.code, finding.node, finding.field


def test_a_chain_of_any_kinds_is_sound() -> None:
    inner = (a_node("write"), a_condition("ask", "nodes.write.words > 1"), a_node("long", ["ask:true"]))
    assert found(a_foreach(*inner), a_node("end")) == []


def test_a_typo_in_a_node_inside_is_named_with_its_place() -> None:
    (finding,) = found(a_foreach(a_node("write", config={"template": "x", "formt": "md"})))
    assert told(finding) == ("INVALID_CONFIG", "each", "config.nodes.write.config.formt")


def test_a_node_inside_of_a_wrong_shape_is_named_with_its_place() -> None:
    (finding,) = found(a_foreach({"name": "write", "node_type": "document_template", "timeout_seconds": -1}))
    assert told(finding) == ("INVALID_FIELD", "each", "config.nodes[0].timeout_seconds")


@pytest.mark.parametrize("kind", ["foreach", "succeed"])
def test_what_belongs_to_the_run_cannot_be_inside(kind: str) -> None:
    config = {"items": [], "nodes": [a_node("inner")]} if kind == "foreach" else {}
    (finding,) = found(a_foreach(a_node("bad", node_type=kind, config=config)))
    assert told(finding) == ("NOT_INSIDE_FOREACH", "each", "config.nodes[0].node_type")


def test_a_key_is_used_once_in_the_workflow_and_all_its_chains() -> None:
    (finding,) = found(a_foreach(a_node("end")), a_node("end"))
    assert told(finding) == ("DUPLICATE_KEY", "each", "config.nodes[0].key")


def test_a_node_inside_depends_on_nodes_inside() -> None:
    (finding,) = found(a_node("head"), a_foreach(a_node("write", ["head"])) | {"depends_on": ["head"]})
    assert told(finding) == ("UNKNOWN_DEPENDENCY", "each", "config.nodes.write.depends_on[0]")


def test_a_cycle_inside_is_found() -> None:
    (finding,) = found(a_foreach(a_node("a", ["b"]), a_node("b", ["a"])))
    assert finding.code == "CYCLE"


def test_templates_inside_look_back_and_at_their_item_and_nowhere_else() -> None:
    before = a_node("head", [])
    seen = a_node("write", config={"template": "{{ item.x }} {{ index }} {{ nodes.head.text }}"})
    assert found(before, a_foreach(seen) | {"depends_on": ["head"]}) == []
    (finding,) = found(before, a_foreach(seen))
    assert told(finding) == ("UNBOUND_REFERENCE", "each", "config.nodes.write.config.template")


def test_an_item_is_known_inside_only() -> None:
    (finding,) = found(a_foreach(a_node("write")), a_node("end", config={"template": "{{ item }}"}))
    assert told(finding) == ("UNBOUND_REFERENCE", "end", "config.template")


def test_nodes_inside_are_not_seen_from_outside() -> None:
    (finding,) = found(a_foreach(a_node("write")), a_node("end", config={"template": "{{ nodes.write.text }}"}))
    assert finding.code == "UNBOUND_REFERENCE"


def test_more_at_once_than_inline_allows_is_refused() -> None:
    (finding,) = found(a_foreach(a_node("write"), mode="inline", max_concurrency=41))
    assert "at most 40 inline" in finding.message


def test_items_that_would_fill_the_history_are_refused_inline_with_the_figure() -> None:
    chain = [a_node(f"n{i}") for i in range(50)]
    (finding,) = found(a_foreach(*chain, mode="inline", items=list(range(100))))
    assert told(finding) == ("HISTORY_BUDGET", "each", "config.mode")
    assert "history events" in finding.message
    assert found(a_foreach(*chain, items=list(range(100)))) == []


def test_what_must_be_inline_or_apart_is_compiled_only_so() -> None:
    for mode, names in (
        ("inline", {"Items each"}),
        ("distributed", {"Many each"}),
        ("auto", {"Items each", "Many each"}),
    ):
        states = compile_definition(a_definition(a_foreach(a_node("write"), mode=mode)), TARGETS)["States"]
        assert {name for name, state in states.items() if state["Type"] == "Map"} == names


def test_several_foreaches_share_the_history() -> None:
    one = a_definition(a_foreach(a_node("write")))
    many = a_definition(*(a_foreach(a_node(f"w{i}")) | {"name": f"each{i}"} for i in range(5)))
    assert 0 < inline_items_most(many, "each1") < inline_items_most(one, "each")
    assert validate(many) == []


def test_the_same_foreach_compiles_to_the_same_bytes() -> None:
    definition = a_definition(a_foreach(a_node("write"), a_node("more")))
    again = type(definition).model_validate_json(definition.canonical_bytes())
    assert asl_bytes(again, TARGETS) == asl_bytes(definition, TARGETS)
