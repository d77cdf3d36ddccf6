"""What a compiled machine promises: how many steps it takes, what is tried again, how it fails, how big it is."""

import json
import time
from typing import Any

import pytest

from docchain.compiler import Targets, asl_bytes, compile_definition
from docchain.compiler.errors import DefinitionTooLarge, WorkerMissing
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import WorkflowDefinition
from tests.support.asl import Execution, ExecutionFailed
from tests.support.chain import Run
from tests.support.definitions import TARGETS, Case, a_condition, a_definition, a_delay, a_node

INPUT = {"tenant": "acme", "run": 7, "workflow": 3, "version": 2, "generation": 1, "params": {}}
INPUT |= {"facts": {}, "outcomes": {}, "passed": []}


class Workers:
    """Fail at a node as often as told, with that error."""

    def __init__(self, node: str = "", error: str = "", times: int = 0) -> None:
        self.node, self.error, self.times = node, error, times
        self.payloads: list[dict[str, Any]] = []

    def __call__(self, _function: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.payloads.append(payload)
        if payload.get("node") == self.node and self.times:
            self.times -= 1
            raise ExecutionFailed(self.error, "its cause")
        return {"facts": {}}


def execute(definition: WorkflowDefinition, workers: Workers) -> Execution:
    execution = Execution(compile_definition(definition, TARGETS), INPUT, workers)
    execution.run()
    return execution


def test_a_chain_of_n_nodes_takes_n_plus_one_transitions() -> None:
    assert execute(a_definition(*(a_node(f"n{i}") for i in range(5))), Workers()).transitions == 6
    assert execute(a_definition(), Workers()).transitions == 1


def test_neighbours_behind_the_same_condition_share_one_guard() -> None:
    definition = a_definition(
        a_condition("ask", "params.yes = true"), a_node("a", ["ask:true"]), a_node("b"), a_node("c")
    )
    states = compile_definition(definition, TARGETS)["States"]
    assert [name for name, state in states.items() if state["Type"] == "Choice"] == ["If a", "ask"]


def test_a_worker_is_told_who_the_run_is_and_nothing_of_its_content() -> None:
    workers = Workers()
    execute(a_definition(a_node("only")), workers)
    who = {"tenant": "acme", "run": 7, "workflow": 3, "version": 2, "generation": 1, "attempt": 0}
    assert workers.payloads == [{**who, "node": "only", "passed": []}, {**who, "finish": True, "passed": []}]


def test_a_transient_error_is_tried_again_with_the_next_attempt_number() -> None:
    workers = Workers("a", "TransientStepError", times=2)
    execute(a_definition(a_node("a")), workers)
    assert [p["attempt"] for p in workers.payloads if "node" in p] == [0, 1, 2]


def test_a_nodes_own_retry_counts_its_first_attempt() -> None:
    workers = Workers("a", "TransientStepError", times=9)
    with pytest.raises(ExecutionFailed):
        execute(a_definition(a_node("a", retry={"max_attempts": 1})), workers)
    assert len([p for p in workers.payloads if "node" in p]) == 1


def test_throttling_does_not_spend_the_nodes_attempts() -> None:
    workers = Workers("a", "Lambda.TooManyRequestsException", times=10)
    execute(a_definition(a_node("a", retry={"max_attempts": 1})), workers)
    assert workers.payloads[-1]["finish"] is True


@pytest.mark.parametrize("fork", [False, True])
def test_any_other_error_ends_the_run_by_the_lifecycle_worker(fork: bool) -> None:
    nodes = [a_node("root"), a_condition("ask", "true"), a_node("bad", ["ask"])] + [a_node("other", ["ask"])] * fork
    workers = Workers("bad", "PermanentStepError", times=1)
    with pytest.raises(ExecutionFailed, match="PermanentStepError"):
        execute(a_definition(*nodes), workers)
    last = workers.payloads[-1]
    assert last["fail"] == {"Error": "PermanentStepError", "Cause": "its cause"}
    assert last["passed"] == [{"node": "ask", "outcome": "true"}]
    assert not any("finish" in payload for payload in workers.payloads)


def test_only_the_facts_that_conditions_read_travel() -> None:
    definition = a_definition(a_node("a"), a_node("b"), a_condition("ask", "nodes.a.words > 3"))
    states = compile_definition(definition, TARGETS)["States"]
    assert "['words']" in states["a"]["Output"]["facts"]
    assert "$states.result" not in json.dumps(states["b"]["Output"])


@pytest.mark.parametrize(
    ("expression", "words", "outcome"),
    [
        ("nodes.a.words > 3", 4, "true"),
        ("nodes.a.words > 3", None, "false"),
        ("nodes.a.words > params.missing", 4, "false"),
        ("nodes.a.format", 1, "true"),
        ("nodes.a.words", 0, "false"),
        ("nodes.a.words in [1, 4]", 4, "true"),
        ("($w := nodes.a.words; $w > 3 and $contains(nodes.a.format, 'd'))", 4, "true"),
        ("nodes.a.words > 3 /* why */", 4, "true"),
        ('nodes.a.format = "m\\"d"', 4, "false"),
        ("params.items[price > 2].name = 'pen'", 1, "true"),
    ],
)
def test_a_condition_answers_for_any_jsonata(expression: str, words: int | None, outcome: str) -> None:
    definition = a_definition(a_node("a"), a_condition("ask", expression))
    run = Run(Case(definition, {"a": words}, {"items": [{"price": 3, "name": "pen"}]}))  # type: ignore[dict-item]
    run.execute()
    assert run.notes == [{"node": "ask", "outcome": outcome}]


def test_a_fork_hands_on_what_was_known_before_it() -> None:
    nodes = [a_node("a"), a_node("b", ["a"]), a_node("c", ["a"]), a_node("d", ["b", "c"])]
    nodes.append(a_condition("ask", "nodes.a.words = 1 and nodes.b.words = 2 and nodes.c.words = 3", ["d"]))
    run = Run(Case(a_definition(*nodes), {"a": 1, "b": 2, "c": 3, "d": 4}, {}))
    run.execute()
    assert run.notes == [{"node": "ask", "outcome": "true"}]


def test_a_fork_of_many_branches_does_not_multiply_the_data() -> None:
    nodes = [a_node("a"), a_condition("ask", "nodes.a.format = 'md'"), *(a_node(f"b{i}", ["ask"]) for i in range(300))]
    run = Run(Case(a_definition(*nodes), dict.fromkeys([n["name"] for n in nodes], 1), {"p": "x" * 20_000}))  # type: ignore[dict-item]
    assert run.execute().largest < 50_000


def test_a_delay_waits_and_is_noted() -> None:
    definition = a_definition(a_node("a"), a_delay("pause", 3600))
    states = compile_definition(definition, TARGETS)["States"]
    assert states["pause"]["Seconds"] == 3600
    run = Run(Case(definition, {"a": 1}, {}))
    run.execute()
    assert run.payloads[-1]["passed"] == [{"node": "pause", "waited": 3600}]


def test_an_invalid_definition_is_not_compiled() -> None:
    with pytest.raises(DefinitionInvalid, match="wait for each other"):
        compile_definition(a_definition(a_node("a", ["b"]), a_node("b", ["a"])), TARGETS)


def test_a_stage_without_the_worker_says_so() -> None:
    with pytest.raises(WorkerMissing, match="document"):
        compile_definition(a_definition(a_node("a")), Targets({}, "arn", ()))


def test_a_chain_of_a_thousand_nodes_compiles_within_two_seconds() -> None:
    definition = a_definition(*(a_node(f"step {i}") for i in range(1000)))
    began = time.perf_counter()
    compiled = asl_bytes(definition, TARGETS)
    assert time.perf_counter() - began < 2
    assert len(compiled) < 1_000_000


def test_a_machine_that_step_functions_would_refuse_is_refused_with_the_figure() -> None:
    definition = a_definition(*(a_node(f"a rather long name of a step {i}") for i in range(1500)))
    with pytest.raises(DefinitionTooLarge, match=r"has \d{7} bytes"):
        asl_bytes(definition, TARGETS)


def test_names_of_states_are_unique_and_short() -> None:
    key = "k" * 60
    nodes = [a_node(f"{key}{i}", [f"{key}{i - 3}:true"] if i > 2 else [], key=f"{key}{i}") for i in range(9)]
    nodes[:3] = [a_condition(f"{key}{i}", "params.x", []) | {"key": f"{key}{i}"} for i in range(3)]
    nodes[6:] = [node | {"depends_on": [f"{key}3", f"{key}4"]} for node in nodes[6:]]
    names = list(all_names(compile_definition(a_definition(*nodes), TARGETS)))
    assert len(names) == len(set(names))
    assert all(len(name) <= 80 for name in names)


def all_names(machine: dict[str, Any]) -> Any:
    for name, state in machine["States"].items():
        yield name
        for branch in state.get("Branches", []):
            yield from all_names(branch)


def test_one_note_that_comes_out_of_several_branches_is_still_a_list_of_one() -> None:
    nodes = [a_condition("first", "false"), a_node("t"), a_condition("ask", "false")]
    nodes += [a_node("a", ["ask:true"]), a_node("b", ["ask:true", "first:true"])]
    run = Run(Case(a_definition(*nodes), {"t": 1}, {}))
    execution = run.execute()
    assert "Join a" in execution.visited
    assert run.payloads[-1]["passed"] == [{"node": "ask", "outcome": "false"}]
