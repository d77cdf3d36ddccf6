"""What users leave out is filled in; what they write wrong is named."""

from typing import Any

import pytest

from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import Edge, WorkflowDefinition
from docchain.definitions.normalise import normalise
from tests.support.definitions import a_node


def node(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "node_type": "document_template", "config": {"template": "x"}} | fields


def keys(definition: WorkflowDefinition) -> list[str]:
    return [n.key for n in definition.nodes]


def test_keys_come_from_names() -> None:
    names = ["Résumé of the contract!", "2nd step", "résumé of the contract", "???", "true", "  "[:1] + "x"]
    assert keys(normalise([node(n) for n in names])) == [
        "resume_of_the_contract",
        "node_2nd_step",
        "resume_of_the_contract_2",
        "node_4",
        "node_true",
        "x",
    ]


def test_a_key_from_a_name_gives_way_to_one_that_was_chosen() -> None:
    assert keys(normalise([node("summary"), node("other", key="summary")])) == ["summary_2", "summary"]


def test_ids_count_from_one_around_those_that_are_given() -> None:
    assert [n.id for n in normalise([node("a"), node("b", id=1), node("c")]).nodes] == [2, 1, 3]


def test_a_node_that_says_nothing_follows_the_one_before_it() -> None:
    a, b, c = normalise([node("a"), node("b"), node("c", depends_on=[])]).nodes
    assert (a.sources, b.sources, c.sources) == ((), ("a",), ())


@pytest.mark.parametrize(
    ("written", "edge"),
    [
        ("check", Edge(source_key="check")),
        (7, Edge(source_key="check")),
        ("7", Edge(source_key="check")),
        ("check:true", Edge(source_key="check", outcome="true")),
        (" check : false ", Edge(source_key="check", outcome="false")),
        ("7:true", Edge(source_key="check", outcome="true")),
        ({"node": "check"}, Edge(source_key="check")),
        ({"node": 7, "outcome": True}, Edge(source_key="check", outcome="true")),
        ("nowhere", Edge(source_key="nowhere")),
        (99, Edge(source_key="99")),
    ],
)
def test_an_edge_may_be_written_in_several_ways(written: Any, edge: Edge) -> None:
    definition = normalise([node("check", id=7), node("after", depends_on=[written])])
    assert definition.nodes[1].depends_on == (edge,)


def test_ai_processing_is_ai_generate() -> None:
    assert normalise([node("a", node_type="ai_processing")]).nodes[0].node_type == "ai_generate"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "nodes[1].name"),
        ({"node_type": None}, "nodes[1].node_type"),
        ({"key": "with-hyphen"}, "nodes[1].key"),
        ({"key": "true"}, "nodes[1].key"),
        ({"config": [1]}, "nodes[1].config"),
        ({"retry": {"max_attempts": 11}}, "nodes[1].retry.max_attempts"),
        ({"timeout_seconds": 0}, "nodes[1].timeout_seconds"),
        ({"on_error": "shrug"}, "nodes[1].on_error"),
        ({"depends_on": "a"}, "nodes[1].depends_on"),
    ],
)
def test_a_field_of_a_wrong_shape_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DefinitionInvalid) as raised:
        normalise([node("a"), node("b") | fields])
    assert [detail["field"] for detail in raised.value.details] == [field]


def test_the_hash_is_that_of_the_meaning_not_of_the_writing() -> None:
    one = normalise([a_node("a", input_data={"x": 1, "y": 2}), a_node("b")])
    other = normalise([a_node("a", input_data={"y": 2, "x": 1}), a_node("b", ["a"])])
    changed = normalise([a_node("a", input_data={"y": 2, "x": 1}), a_node("b", [])])
    assert one.content_hash == other.content_hash != changed.content_hash
    assert WorkflowDefinition.model_validate_json(one.canonical_bytes()) == one
