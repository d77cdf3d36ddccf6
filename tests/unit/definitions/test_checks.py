"""What is wrong with a definition is found before it runs, with node, field and what to do."""

import time
from typing import Any

import pytest

from docchain.definitions.checks import Finding, require_valid, validate
from docchain.definitions.errors import DefinitionInvalid
from tests.support.definitions import a_condition, a_definition, a_delay, a_node


def findings(*nodes: dict[str, Any]) -> list[Finding]:
    return validate(a_definition(*nodes))


def only(*nodes: dict[str, Any]) -> Finding:
    found = findings(*nodes)
    assert len(found) == 1, found
    return found[0]


def config(node_type: str, **values: Any) -> dict[str, Any]:
    return a_node("n", node_type=node_type, config=values)


def test_a_workflow_without_nodes_is_valid() -> None:
    assert findings() == []


def test_a_document_workflow_is_valid() -> None:
    assert (
        findings(
            config("document_extract") | {"name": "Extract"},
            a_condition("Long?", "nodes.extract.pages > 3"),
            config("ai_summarize") | {"name": "Summary", "depends_on": ["long:true"]},
            config("ai_analyze") | {"name": "Analysis", "depends_on": ["extract"]},
            a_node("Report", ["summary", "analysis"], config={"template": "{{ nodes.summary.text }} {{ params.x }}"}),
            config("document_render", format="pdf"),
        )
        == []
    )


def test_an_unknown_kind_lists_the_known_ones() -> None:
    found = only(config("document_shred"))
    assert (found.code, found.node, found.field) == ("UNKNOWN_NODE_KIND", "n", "node_type")
    assert "document_extract" in found.message


@pytest.mark.parametrize(
    ("node", "field", "says"),
    [
        (config("document_template"), "config.template", "needs 'template'"),
        (config("document_template", template="x", formt="md"), "config.formt", "It takes: format, template, title"),
        (config("document_extract", max_pages=0), "config.max_pages", "greater than or equal to 1"),
        (config("document_render", source="x", format="odt"), "config.format", "'pdf', 'docx', 'html' or 'md'"),
        (config("ai_analyze", text="x", analyses=["mood"]), "config.analyses.0", "sentiment"),
        (config("ai_analyze", text="x", analyses=["classification"]), "config", "needs 'labels'"),
        (config("ai_generate", prompt="x", temperature=3), "config.temperature", "less than or equal to 2"),
        (config("ai_generate", prompt="x", provider="Open AI!"), "config.provider", "pattern"),
        (config("delay", seconds=31_536_001), "config.seconds", "less than or equal"),
        (config("delay", seconds="soon"), "config.seconds", "integer"),
    ],
)
def test_a_bad_config_names_the_field(node: dict[str, Any], field: str, says: str) -> None:
    found = only(node)
    assert (found.code, found.node, found.field) == ("INVALID_CONFIG", "n", field)
    assert says in found.message


def test_two_nodes_cannot_have_one_key_or_one_id() -> None:
    found = findings(a_node("a", key="same", id=1), a_node("b", key="same", id=1))
    assert {(f.code, f.node) for f in found} == {("DUPLICATE_KEY", "same"), ("DUPLICATE_ID", "same")}


def test_a_dependency_that_does_not_exist_is_named() -> None:
    found = only(a_node("a"), a_node("b", ["a", "gone"]))
    assert (found.code, found.node, found.field) == ("UNKNOWN_DEPENDENCY", "b", "depends_on[1]")
    assert "'gone'" in found.message


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_cycle_is_spelled_out(size: int) -> None:
    nodes = [a_node(f"n{i}", [f"n{(i - 1) % size}"]) for i in range(size)]
    found = only(a_node("start", []), *nodes, a_node("after", ["n0"]))
    assert found.code == "CYCLE"
    assert found.message.count("→") == size
    for i in range(size):
        assert f"n{(i - 1) % size} → n{i}" in found.message


def test_an_outcome_that_does_not_exist_makes_a_node_unreachable() -> None:
    found = findings(a_node("a"), a_condition("c", "true"), a_node("x", ["c:maybe"]), a_node("y", ["a:true"]))
    assert [(f.code, f.node, f.field) for f in found] == [
        ("UNREACHABLE", "x", "depends_on[0]"),
        ("UNREACHABLE", "y", "depends_on[0]"),
    ]
    assert "It has: true, false." in found[0].message
    assert "Only conditions and switches have outcomes" in found[1].message


def test_a_node_without_text_must_have_something_before_it_that_makes_one() -> None:
    found = only(config("ai_summarize"))
    assert (found.code, found.field) == ("NO_INPUT", "config.text")
    assert findings(a_node("a"), a_condition("c", "true"), a_delay("d", 1), config("ai_summarize")) == []
    assert only(a_condition("c", "true", []), config("ai_summarize")).code == "NO_INPUT"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ nodes.gone.text }}", "nodes.gone does not exist"),
        ("{{ nodes['later'].text }}", "Add 'later' to its depends_on"),
        ("{{ nodes.n.text }}", "is this node itself"),
        ("{{ nodes }}", "nodes.<key>.<field>"),
        ("{{ secrets.key }}", "input, nodes, params, run"),
        ("{% for x in nodes.gone.items %}{{ x }}{% endfor %}", "nodes.gone does not exist"),
    ],
)
def test_a_reference_to_what_is_not_there_is_found(template: str, says: str) -> None:
    nodes = [a_node("before"), a_node("n", config={"template": template}), a_node("later", ["n"])]
    found = only(*nodes)
    assert (found.code, found.node, found.field) == ("UNBOUND_REFERENCE", "n", "config.template")
    assert says in found.message


def test_templates_see_ancestors_input_params_run_and_their_own_variables() -> None:
    own = "{% set t = nodes.before.text %}{{ t }}{% for i in range(3) %}{{ i }}{% endfor %}"
    template = own + "{{ input.a.b }}{{ params.c }}{{ run.id }}"
    assert findings(a_node("before"), a_node("between"), a_node("n", config={"template": template})) == []


def test_a_template_that_cannot_be_read_names_the_line() -> None:
    found = only(a_node("n", config={"template": "fine\n{{ broken "}))
    assert (found.code, found.node, found.field) == ("TEMPLATE_INVALID", "n", "config.template")
    assert "line 2" in found.message


def test_references_within_input_data_are_checked_too() -> None:
    found = only(a_node("n", input_data={"a": [{"b": "{{ nodes.gone.text }}"}]}))
    assert found.field == "input_data.a[0].b"


@pytest.mark.parametrize(
    ("expression", "code", "says"),
    [
        ("nodes.a.words >", "EXPRESSION_INVALID", "Unexpected end"),
        ("nodes.gone.words > 1", "UNBOUND_REFERENCE", "nodes.gone does not exist"),
        ("nodes.later.words > 1", "UNBOUND_REFERENCE", "does not come before"),
        ("nodes.a.wrods > 1", "UNBOUND_REFERENCE", "has the facts characters, format, words"),
        ("nodes.a.format > 1", "EXPRESSION_TYPES", "a string with a number"),
        ("nodes.a.words > true", "EXPRESSION_TYPES", "boolean"),
        ("nodes.a.format + 1 = 2", "EXPRESSION_TYPES", "works on numbers"),
    ],
)
def test_a_condition_is_checked(expression: str, code: str, says: str) -> None:
    found = only(a_node("a"), a_condition("ask", expression), a_node("later"))
    assert (found.code, found.node, found.field) == (code, "ask", "config.expression")
    assert says in found.message


def test_an_expression_of_more_than_a_thousand_characters_is_refused() -> None:
    assert only(a_condition("ask", "1 = " + "1" * 1000)).code == "INVALID_CONFIG"


def test_too_many_nodes_are_refused() -> None:
    assert only(*(a_node(f"n{i}") for i in range(2001))).code == "TOO_MANY_NODES"


def test_a_history_that_would_not_fit_is_refused_with_the_figure() -> None:
    nodes = [a_node(f"n{i}", retry={"max_attempts": 10}) for i in range(1000)]
    found = only(*nodes)
    assert found.code == "HISTORY_BUDGET"
    assert "32022 history events" in found.message
    assert findings(*nodes[:700]) == []


def test_data_that_would_not_fit_is_refused_with_the_figure() -> None:
    nodes = [a_node(f"n{i}") for i in range(120)]
    asked = [a_condition(f"c{i}", f"nodes.n{i}.words > 1") for i in range(120)]
    found = only(*nodes, *asked)
    assert found.code == "PAYLOAD_BUDGET"
    assert "the facts of 120 nodes" in found.message


def test_all_findings_come_with_one_error() -> None:
    with pytest.raises(DefinitionInvalid, match="and 1 more") as raised:
        require_valid(a_definition(config("nope"), config("delay")))
    assert [detail["code"] for detail in raised.value.details] == ["UNKNOWN_NODE_KIND", "INVALID_CONFIG"]


def test_a_thousand_nodes_are_checked_within_a_second() -> None:
    nodes = [a_node("n0")]
    nodes += [
        a_node(f"n{i}", [f"n{i - 1}"], config={"template": f"{{{{ nodes.n{i - 1}.text }}}}"}) for i in range(1, 1000)
    ]
    definition = a_definition(*nodes)
    began = time.perf_counter()
    assert validate(definition) == []
    assert time.perf_counter() - began < 1


def test_what_is_wrong_in_one_branch_does_not_hide_what_is_wrong_in_another() -> None:
    found = findings(
        config("nope") | {"name": "a"},
        a_node("after_a", config={"template": "{{ nodes.gone.text }}"}),
        a_node("b", [], config={"template": "{{ nodes.gone.text }}"}),
        a_node("c", [], config={"template": "{{ nodes.a.text }}"}),
        a_condition("d", "nodes.b.words >", []),
    )
    assert [(f.code, f.node) for f in found] == [
        ("UNKNOWN_NODE_KIND", "a"),
        ("UNBOUND_REFERENCE", "b"),
        ("UNBOUND_REFERENCE", "c"),
        ("EXPRESSION_INVALID", "d"),
    ]
