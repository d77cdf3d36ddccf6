"""Random definitions, compiled and executed, do what a plain reading of them says."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from docchain.compiler import asl_bytes
from docchain.definitions.checks import history, payload, validate
from docchain.definitions.graph import graph_of
from docchain.definitions.liveness import skipped
from tests.support.chain import Run, expected
from tests.support.definitions import TARGETS, Case, cases

RELAXED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}


@settings(max_examples=300, **RELAXED)
@given(cases())
def test_every_live_node_is_visited_once_in_an_order_that_respects_the_edges(case: Case) -> None:
    check(case)


@pytest.mark.slow
@settings(max_examples=3000, **RELAXED)
@given(cases(max_nodes=25))
def test_large_definitions_too(case: Case) -> None:
    check(case)


def check(case: Case) -> None:
    findings = validate(case.definition)
    # Edges at random may ask for answers that exclude each other; those are refused, with a reason.
    assume(not findings)
    run = Run(case)
    execution = run.execute()
    live, outcomes = expected(case)
    graph = graph_of(case.definition)

    visited = [name for name in execution.visited if name in graph.nodes]
    assert sorted(visited) == sorted(live)
    assert skipped(graph, outcomes) == set(graph.nodes) - live
    when = {key: i for i, key in enumerate(visited)}
    for key in live:
        assert all(when[source] < when[key] for source in graph.sources[key] if source in live)

    assert run.payloads[-1]["finish"] is True
    assert all((p["tenant"], p["run"], p["generation"], p["attempt"]) == ("acme", 7, 1, 0) for p in run.payloads)
    control = {key for key in live if graph.nodes[key].node_type != "document_template"}
    assert {note["node"] for note in run.notes} == control
    assert {note["node"]: note["outcome"] for note in run.notes if "outcome" in note} == outcomes

    assert execution.events <= history.worst_case(case.definition)
    assert execution.largest <= payload.worst_case(case.definition) + 1000


@settings(max_examples=50, **RELAXED)
@given(cases())
def test_the_same_definition_compiles_to_the_same_bytes(case: Case) -> None:
    assume(not validate(case.definition))
    again = type(case.definition).model_validate_json(case.definition.canonical_bytes())
    assert asl_bytes(again, TARGETS) == asl_bytes(case.definition, TARGETS)
    assert again.content_hash == case.definition.content_hash
