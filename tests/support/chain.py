"""What a definition means, walked node by node: the plain reading that the compiled machine is compared with."""

from dataclasses import dataclass, field
from typing import Any

from docchain.compiler import compile_definition
from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition
from tests.support.asl import Execution, ExecutionFailed
from tests.support.definitions import TARGETS, Case


@dataclass
class Expected:
    """The nodes that run if nothing ends the run early, what each answered, and which of them would end it."""

    live: set[str] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)


def expected(case: Case) -> Expected:
    found = Expected()
    nodes = {node.key: node for node in case.definition.nodes}
    for key in graph_of(case.definition).order:
        node = nodes[key]
        if node.depends_on and not _is_reached(node, nodes, found):
            continue
        found.live.add(key)
        if node.node_type in ("condition", "switch"):
            found.outcomes[key] = _answer(node, case, found)
        elif node.on_error != "fail":
            found.outcomes[key] = "error" if key in case.errors else "ok"
        elif key in case.errors or node.node_type in ("fail", "succeed"):
            found.ends.add(key)
    return found


def _answer(node: NodeDefinition, case: Case, found: Expected) -> str:
    cases = [(one["expression"], one["name"]) for one in node.config.get("cases", [])]
    for expression, outcome in cases or [(node.config["expression"], "true")]:
        name, bound = expression.split(" > ")
        value = case.params.get("p")
        if name.startswith("nodes."):
            source = name.split(".")[1]
            value = case.words[source] if source in found.live and source not in case.errors else None
        if value is not None and value > int(bound):
            return str(outcome)
    return str(node.config["default"]) if cases else "false"


def _is_reached(node: NodeDefinition, nodes: dict[str, NodeDefinition], found: Expected) -> bool:
    """Of the errors that lead here one must have happened (or what else is named of those nodes); each other node of
    which an outcome is named must have answered as one of its edges says; and of the rest one must have run, and not
    have gone elsewhere.
    """
    edges = [(edge.source_key, edge.outcome) for edge in node.depends_on]
    jumps = [(s, o) for s, o in edges if o and nodes[s].on_error == f"goto:{node.key}"]
    named = {s for s, o in edges if o and (s, o) not in jumps}
    plain = [s for s, o in edges if not o]
    jumped = not jumps or any(found.outcomes.get(s) == o for s, o in jumps)
    answered = all(any(s == n and found.outcomes.get(s) == o for s, o in edges) for n in named)
    passed = [s for s in plain if s in found.live and not (nodes[s].goes_to and found.outcomes[s] == "error")]
    return jumped and answered and (not plain or bool(passed))


@dataclass
class Run:
    """One execution of a case, with what its workers were told."""

    case: Case
    payloads: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    def execute(self) -> Execution:
        given = {"tenant": "acme", "run": 7, "generation": 1, "params": self.case.params}
        given |= {"facts": {}, "outcomes": {}, "passed": []}
        execution = Execution(compile_definition(self.case.definition, TARGETS), given, self._work)
        try:
            execution.run()
        except ExecutionFailed as failure:
            self.error = failure.error
        return execution

    def _work(self, _function: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.payloads.append(payload)
        if "node" not in payload:
            return {}
        key = payload["node"]
        if key in self.case.errors:
            raise ExecutionFailed(self.case.errors[key], f"{key} failed")
        if next(n for n in self.case.definition.nodes if n.key == key).node_type == "fail":
            raise ExecutionFailed("PermanentStepError", "as its author says")
        return {"facts": {"words": self.case.words[key], "format": "md"}}

    @property
    def notes(self) -> list[dict[str, Any]]:
        return [note for payload in self.payloads for note in payload["passed"]]
