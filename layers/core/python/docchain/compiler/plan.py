"""What all the compiler's parts look at, worked out once, and the scope in which states are put."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docchain.compiler.data import Keep
from docchain.compiler.names import Names
from docchain.compiler.shape import Sequence, nodes_in
from docchain.compiler.targets import Targets
from docchain.definitions.expressions import facts_read
from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.liveness import Liveness, liveness
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind

State = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    graph: Graph
    targets: Targets
    live: Mapping[str, Liveness]
    facts: Mapping[str, tuple[str, ...]]
    takes_notes: bool
    names: Names = field(default_factory=Names)

    def node(self, key: str) -> NodeDefinition:
        return self.graph.nodes[key]

    def kind(self, key: str) -> NodeKind:
        return catalogue.get(self.node(key).node_type)


@dataclass(frozen=True)
class Scope:
    """A machine's or a branch's states. Only the machine's own are caught; ``keep`` is None where all is handed on."""

    plan: Plan
    is_top: bool
    keep: Keep | None = None
    states: dict[str, State] = field(default_factory=dict)

    def add(self, name: str, state: State) -> str:
        self.states[name] = state
        return name

    def kept_at(self, then: str | None) -> Keep | None:
        return self.keep if then is None else None

    def branch(self, blocks: Sequence, *, is_first: bool) -> "Scope":
        """The first branch of a fork carries on what its own scope carries, the others what they add."""
        if is_first:
            return Scope(self.plan, is_top=False)
        inside = sorted(key for block in blocks for key in nodes_in(block))
        facts = tuple(key for key in inside if key in self.plan.facts)
        outcomes = tuple(key for key in inside if self.plan.kind(key).outcomes)
        return Scope(self.plan, is_top=False, keep=Keep(facts, outcomes))


def plan_of(definition: WorkflowDefinition, targets: Targets) -> Plan:
    graph = graph_of(definition)
    return Plan(
        graph=graph,
        targets=targets,
        live=liveness(graph),
        facts=facts_read(definition),
        takes_notes=any(catalogue.get(node.node_type).form != "task" for node in definition.nodes),
    )


def go_on(then: str | None) -> State:
    return {"End": True} if then is None else {"Next": then}
