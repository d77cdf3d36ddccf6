"""What all the compiler's parts look at, worked out once, and the scope in which states are put."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from docchain.compiler import data
from docchain.compiler.data import Keep
from docchain.compiler.names import FAILED, Names
from docchain.compiler.shape import Sequence, nodes_in
from docchain.compiler.targets import Targets
from docchain.definitions.expressions import facts_read
from docchain.definitions.foreach import chain_inside
from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.liveness import Liveness, liveness
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import outcomes_of
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind

State = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    definition: WorkflowDefinition
    graph: Graph
    targets: Targets
    live: Mapping[str, Liveness]
    facts: Mapping[str, tuple[str, ...]]
    takes_notes: bool
    names: Names = field(default_factory=Names)
    # Of a foreach's chain: its key, and what tells the states of one copy of the chain from those of another.
    within: str = ""
    suffix: str = ""

    def node(self, key: str) -> NodeDefinition:
        return self.graph.nodes[key]

    @property
    def item(self) -> str | None:
        return data.ITEM if self.within else None

    @property
    def place(self) -> str:
        """What a worker inside a foreach is told beside its node."""
        return f", 'item': {data.ITEM}, 'within': '{self.within}'" if self.within else ""

    def kind(self, key: str) -> NodeKind:
        return catalogue.get(self.node(key).node_type)


@dataclass(frozen=True)
class Scope:
    """The states of a machine, of a foreach's item, or of a branch. A branch's are not caught, its fork is; the others
    go to ``fails_to``. ``keep`` is None where all is handed on.
    """

    plan: Plan
    is_top: bool
    keep: Keep | None = None
    fails_to: str = FAILED
    states: dict[str, State] = field(default_factory=dict)
    # States that several nodes of the scope lead to, by what they are for.
    shared: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, state: State) -> str:
        self.states[name] = state
        return name

    def state_of(self, key: str) -> str:
        return key + self.plan.suffix

    def kept_at(self, then: str | None) -> Keep | None:
        return self.keep if then is None else None

    def branch(self, blocks: Sequence, *, is_first: bool) -> "Scope":
        """The first branch of a fork carries on what its own scope carries, the others what they add."""
        if is_first:
            return Scope(self.plan, is_top=False)
        inside = sorted(key for block in blocks for key in nodes_in(block))
        facts = tuple(key for key in inside if key in self.plan.facts)
        outcomes = tuple(key for key in inside if outcomes_of(self.plan.node(key)))
        return Scope(self.plan, is_top=False, keep=Keep(facts, outcomes))


def plan_inside(plan: Plan, key: str, suffix: str) -> Plan:
    """For the chain of a foreach. Facts are those of the whole: keys are unique, and its conditions may look back."""
    inside = chain_inside(plan.node(key))
    graph = graph_of(inside)
    return replace(
        plan,
        definition=inside,
        graph=graph,
        live=liveness(graph),
        takes_notes=_takes_notes(inside),
        within=key,
        suffix=suffix,
    )


def plan_of(definition: WorkflowDefinition, targets: Targets) -> Plan:
    graph = graph_of(definition)
    return Plan(
        definition=definition,
        graph=graph,
        targets=targets,
        live=liveness(graph),
        facts=facts_read(definition),
        takes_notes=_takes_notes(definition),
    )


def _takes_notes(definition: WorkflowDefinition) -> bool:
    return any(catalogue.get(node.node_type).form != "task" or node.on_error != "fail" for node in definition.nodes)


def go_on(then: str | None) -> State:
    return {"End": True} if then is None else {"Next": then}
