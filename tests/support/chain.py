"""What a definition means, walked node by node: the plain reading that the compiled machine is compared with."""

from dataclasses import dataclass, field
from typing import Any

from docchain.compiler import compile_definition
from docchain.definitions.graph import graph_of
from tests.support.asl import Execution
from tests.support.definitions import TARGETS, Case


def expected(case: Case) -> tuple[set[str], dict[str, str]]:
    """The nodes that run, and what their conditions answer."""
    live: set[str] = set()
    outcomes: dict[str, str] = {}
    for key in graph_of(case.definition).order:
        node = next(n for n in case.definition.nodes if n.key == key)
        edges = [(e.source_key, e.outcome) for e in node.depends_on]
        if edges and not _is_reached(edges, live, outcomes):
            continue
        live.add(key)
        if node.node_type == "condition":
            name, bound = node.config["expression"].split(" > ")
            value = case.params.get("p") if name == "params.p" else None
            if name.startswith("nodes.") and name.split(".")[1] in live:
                value = case.words[name.split(".")[1]]
            outcomes[key] = "true" if value is not None and value > int(bound) else "false"
    return live, outcomes


def _is_reached(edges: list[tuple[str, str | None]], live: set[str], outcomes: dict[str, str]) -> bool:
    """Each condition that is named must have answered as one of its edges says; of the other sources, one must run."""
    named = {source for source, outcome in edges if outcome}
    plain = [source for source, outcome in edges if not outcome]
    answered = all(any(s == n and outcomes.get(s) == o for s, o in edges) for n in named)
    return answered and (not plain or any(source in live for source in plain))


@dataclass
class Run:
    """One execution of a case, with what its workers were told."""

    case: Case
    payloads: list[dict[str, Any]] = field(default_factory=list)

    def execute(self) -> Execution:
        given = {"tenant": "acme", "run": 7, "generation": 1, "params": self.case.params}
        given |= {"facts": {}, "outcomes": {}, "passed": []}
        execution = Execution(compile_definition(self.case.definition, TARGETS), given, self._work)
        execution.run()
        return execution

    def _work(self, _function: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.payloads.append(payload)
        return {"facts": {"words": self.case.words[payload["node"]], "format": "md"}} if "node" in payload else {}

    @property
    def notes(self) -> list[dict[str, Any]]:
        return [note for payload in self.payloads for note in payload["passed"]]
