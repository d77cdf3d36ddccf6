"""A graph is drawn: every node once, apart from the others, below what comes before it, and names stay text."""

import time
from xml.etree import ElementTree

from hypothesis import given, settings

from docchain.definitions.graph import graph_of
from docchain.definitions.graph_layout import lay_out
from docchain.definitions.graph_svg import svg
from tests.support.definitions import Case, a_definition, a_node, cases

SVG = "{http://www.w3.org/2000/svg}"


@settings(max_examples=150, deadline=None)
@given(cases(max_nodes=14))
def test_nodes_lie_apart_and_below_those_before_them(case: Case) -> None:
    graph = graph_of(case.definition)
    layout = lay_out(graph)
    assert set(layout.at) == set(graph.nodes)
    places = list(layout.at.values())
    assert all(
        one[1] != other[1] or abs(one[0] - other[0]) > 1 - 1e-9 for i, one in enumerate(places) for other in places[:i]
    )
    assert all(layout.at[s][1] < layout.at[k][1] for k in graph.nodes for s in graph.sources[k])
    assert min(x for x, _ in places) == 0
    assert max(x for x, _ in places) + 1 <= layout.columns


def test_a_chain_is_a_straight_line() -> None:
    layout = lay_out(graph_of(a_definition(*(a_node(f"n{i}") for i in range(5)))))
    assert [layout.at[f"n{i}"] for i in range(5)] == [(0.0, float(i)) for i in range(5)]


def test_two_crossed_pairs_are_uncrossed() -> None:
    nodes = [a_node("a", []), a_node("b", []), a_node("c", ["b"]), a_node("d", ["a"])]
    at = lay_out(graph_of(a_definition(*nodes))).at
    assert (at["a"][0] < at["b"][0]) == (at["d"][0] < at["c"][0])


def test_the_picture_is_xml_with_every_node_and_edge_and_names_as_text() -> None:
    evil = '<script>alert(1)</script>" \x00\u2028&'
    picture = ElementTree.fromstring(
        svg(
            a_definition(
                a_node(evil, key="evil"),
                a_node("ask", node_type="condition", config={"expression": "params.x"}),
                a_node("end", ["ask:true", "evil"]),
            ),
            {"evil": "failed"},
        )
    )
    assert picture.find(f".//{SVG}script") is None
    titles = [e.text for e in picture.iter(f"{SVG}title")]
    assert sorted(t or "" for t in titles) == sorted(['<script>alert(1)</script>"   &', "ask", "end"])
    assert len(picture.findall(f"{SVG}path")) == 3
    assert "true" in [e.text for e in picture.iter(f"{SVG}text")]
    assert "document_template · failed" in [e.text for e in picture.iter(f"{SVG}text")]


def test_an_empty_workflow_is_an_empty_picture() -> None:
    assert len(ElementTree.fromstring(svg(a_definition()))) == 1


def test_two_thousand_nodes_are_drawn_in_time() -> None:
    """A fan of chains with edges across many layers: 2,000 nodes, which is the most."""
    nodes = [a_node(f"n{i}", [f"n{s}" for s in {i // 2, max(0, i - 40), i - 1} if i]) for i in range(2000)]
    definition = a_definition(*nodes)
    started = time.monotonic()
    picture = svg(definition)
    assert time.monotonic() - started < 5
    assert picture.count("<g>") == 2000
    assert len(picture) < 4_000_000
