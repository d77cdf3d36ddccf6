"""Random definitions, compiled and executed, do what a plain reading of them says.

Many small tests and not one large, so that they can be shared out: 2,400 definitions in all.
"""

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings

from docchain.compiler import asl_bytes
from docchain.definitions.checks import history, payload, validate
from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.liveness import skipped
from tests.support.asl import Execution
from tests.support.chain import Expected, Run, expected
from tests.support.definitions import TARGETS, Case, cases

RELAXED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}
SHARES = 8


@pytest.mark.parametrize("share", range(SHARES))
def test_small_definitions_do_what_they_say(share: int) -> None:
    @seed(share)
    @settings(max_examples=250, database=None, **RELAXED)
    @given(cases(max_nodes=7))
    def tried(case: Case) -> None:
        check(case)

    tried()


@pytest.mark.parametrize("share", range(SHARES))
def test_larger_definitions_do_what_they_say(share: int) -> None:
    @seed(share)
    @settings(max_examples=50, database=None, **RELAXED)
    @given(cases(max_nodes=20))
    def tried(case: Case) -> None:
        check(case)

    tried()


def check(case: Case) -> None:
    # Edges at random may ask for answers that exclude each other; those are refused, with a reason.
    assume(not validate(case.definition))
    run = Run(case)
    execution = run.execute()
    meant = expected(case)
    graph = graph_of(case.definition)

    visited = [name for name in execution.visited if name in graph.nodes]
    assert len(visited) == len(set(visited))
    when = {key: i for i, key in enumerate(visited)}
    for key in visited:
        assert key in meant.live
        assert all(when[source] < when[key] for source in graph.sources[key] if source in meant.live)
    assert skipped(graph, meant.outcomes) == set(graph.nodes) - meant.live
    if meant.ends:
        it_ends_early(run, meant, graph, visited)
    else:
        it_goes_to_its_end(run, meant, graph, visited)
    within_budgets(case, execution)


def it_goes_to_its_end(run: Run, meant: Expected, graph: Graph, visited: list[str]) -> None:
    assert set(visited) == meant.live
    assert run.error is None
    assert run.payloads[-1]["finish"] is True
    assert all((p["tenant"], p["run"], p["generation"]) == ("acme", 7, 1) for p in run.payloads)
    waits = {key for key in meant.live if graph.nodes[key].node_type in ("delay", "wait_until")}
    told = {key: outcome for key, outcome in meant.outcomes.items() if outcome != "ok"}
    assert {note["node"] for note in run.notes} == waits | set(told)
    assert {note["node"]: note["outcome"] for note in run.notes if "outcome" in note} == told
    failed = {key: error for key, error in run.case.errors.items() if key in meant.live}
    assert {note["node"]: note["error"] for note in run.notes if "error" in note} == failed


def it_ends_early(run: Run, meant: Expected, graph: Graph, visited: list[str]) -> None:
    """By one of those that may end it, which is the last to run."""
    assert [key for key in visited if key in meant.ends] == visited[-1:]
    last = graph.nodes[visited[-1]]
    if last.node_type == "succeed" and last.key not in run.case.errors:
        assert run.error is None
        assert run.payloads[-1]["finish"] is True
        return
    assert run.error == run.case.errors.get(last.key, "PermanentStepError")
    assert run.payloads[-1]["fail"]["Error"] == run.error
    assert not any("finish" in payload for payload in run.payloads)


def within_budgets(case: Case, execution: Execution) -> None:
    assert execution.events <= history.worst_case(case.definition)
    assert execution.largest <= payload.worst_case(case.definition) + 1000


@settings(max_examples=100, **RELAXED)
@given(cases())
def test_the_same_definition_compiles_to_the_same_bytes(case: Case) -> None:
    assume(not validate(case.definition))
    again = type(case.definition).model_validate_json(case.definition.canonical_bytes())
    assert asl_bytes(again, TARGETS) == asl_bytes(case.definition, TARGETS)
    assert again.content_hash == case.definition.content_hash
