"""Random chains inside a foreach, compiled and executed, do for each item what a plain reading of them says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from docchain.compiler import compile_definition
from docchain.definitions.checks import history, validate
from docchain.definitions.foreach import chain_inside, foreach_nodes
from docchain.definitions.graph import graph_of
from docchain.definitions.normalise import normalise
from docchain.nodes import catalogue
from tests.support.asl import Execution, ExecutionFailed
from tests.support.chain import expected
from tests.support.definitions import TARGETS, Case, a_node, cases

RELAXED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}
COUNT = 3


@settings(max_examples=150, **RELAXED)
@given(cases(max_nodes=8), st.sampled_from(["inline", "distributed"]))
def test_every_item_goes_through_the_chain_as_it_is_written(case: Case, mode: str) -> None:
    check(case, mode)


@pytest.mark.slow
@settings(max_examples=250, **RELAXED)
@given(cases(max_nodes=15), st.sampled_from(["inline", "distributed"]))
def test_long_chains_too(case: Case, mode: str) -> None:
    check(case, mode)


def check(case: Case, mode: str) -> None:
    assume(not validate(case.definition))
    definition = normalise([_foreach(case), a_node("end")])
    assume(not validate(definition))
    (each,) = foreach_nodes(definition)
    assert chain_inside(each).nodes == case.definition.nodes
    payloads: list[dict[str, Any]] = []
    execution = Execution(compile_definition(definition, TARGETS), _given(case), _worker(case, mode, payloads))
    execution.read = lambda bucket, key: {("documents", "manifest"): b"[0, 1, 2]"}[bucket, key]
    execution.run()

    graph, found = graph_of(case.definition), expected(case)
    works = {key for key in found.live if catalogue.get(graph.nodes[key].node_type).form == "task"}
    decided = {key: found.outcomes.get(key) for key in found.live - works}
    for item in range(COUNT):
        mine = [p for p in payloads if p.get("item") == item]
        assert all(p["within"] == "each" for p in mine)
        worked = [p["node"] for p in mine if not p.get("phase") and p["attempt"] == 0]
        notes = {n["node"]: n.get("outcome") for p in mine for n in p["passed"] if "error" not in n}
        assert len(worked) == len(set(worked))
        if found.ends:  # the item fails where it is: the rest is as far as it came
            assert set(worked) <= works and notes.items() <= decided.items()
            continue
        assert set(worked) == works
        assert notes == decided
        for i, key in enumerate(worked):
            assert graph.ancestors(key) & works <= set(worked[:i])
    assert [p["phase"] for p in payloads if p.get("node") == "each" and "item" not in p] == ["prepare", "gather"]
    assert execution.events <= history.worst_case(definition)


def _foreach(case: Case) -> dict[str, Any]:
    chain = [node.model_dump(mode="json") for node in case.definition.nodes]
    for node in chain:
        node["depends_on"] = [{"node": e["source_key"], "outcome": e["outcome"]} for e in node["depends_on"]]
    # What fails is counted by whoever gathers, who is not here: the map goes on.
    config = {"items": list(range(COUNT)), "nodes": chain, "tolerated_failure_percentage": 100}
    return a_node("each", [], node_type="foreach", config=config)


def _given(case: Case) -> dict[str, Any]:
    known = {"tenant": "acme", "run": 7, "workflow": 1, "version": 1, "generation": 1, "params": case.params}
    return {**known, "facts": {}, "outcomes": {}, "passed": []}


def _worker(case: Case, mode: str, payloads: list[dict[str, Any]]) -> Any:
    ways = {
        "inline": {"mode": "inline", "indexes": list(range(COUNT))},
        "distributed": {"mode": "distributed", "manifest": "manifest"},
    }

    nodes = graph_of(case.definition).nodes

    def work(_function: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert (payload["tenant"], payload["run"], payload["version"]) == ("acme", 7, 1)
        payloads.append(payload)
        key = payload.get("node", "")
        if key in case.errors:
            raise ExecutionFailed(case.errors[key])
        if key in nodes and nodes[key].node_type == "fail":
            raise ExecutionFailed("PermanentStepError")
        if payload.get("phase") == "prepare":
            return {"facts": {}, "map": ways[mode]}
        return {"facts": {"words": case.words.get(key), "format": "md"}}

    return work
