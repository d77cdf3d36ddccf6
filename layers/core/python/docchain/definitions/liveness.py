"""Which nodes run, given what the conditions answered."""

from collections.abc import Mapping
from typing import NamedTuple

from docchain.definitions.graph import Graph


class Literal(NamedTuple):
    """Holds when that condition was asked and answered so."""

    condition: str
    outcome: str


# None: runs whatever is answered. Otherwise it runs when one of the literals holds; a node with none never runs.
Liveness = frozenset[Literal] | None

BOTH = ("true", "false")


def liveness(graph: Graph) -> dict[str, Liveness]:
    """A node runs when an edge to it holds: with an outcome, when that was the answer; without, when its source ran."""
    found: dict[str, Liveness] = {}
    for key in graph.order:
        node = graph.nodes[key]
        alternatives: list[Liveness] = []
        for edge in node.depends_on:
            if edge.source_key not in found:
                continue
            literal = Literal(edge.source_key, edge.outcome) if edge.outcome else None
            alternatives.append(frozenset({literal}) if literal else found[edge.source_key])
        found[key] = _any(alternatives, found) if node.depends_on else None
    return found


def _any(alternatives: list[Liveness], known: Mapping[str, Liveness]) -> Liveness:
    literals: set[Literal] = set()
    for alternative in alternatives:
        if alternative is None:
            return None
        literals |= alternative
    for literal in sorted(literals):
        if all(Literal(literal.condition, outcome) in literals for outcome in BOTH):
            # Either answer will do: what is left is that the condition is asked at all.
            rest = frozenset(one for one in literals if one.condition != literal.condition)
            return _any([rest, known[literal.condition]], known)
    return frozenset(literals)


def skipped(graph: Graph, outcomes: Mapping[str, str]) -> frozenset[str]:
    """The nodes that a run with these answers leaves out. A condition that was not asked is not in ``outcomes``."""
    return frozenset(
        key
        for key, literals in liveness(graph).items()
        if literals is not None and not any(outcomes.get(one.condition) == one.outcome for one in literals)
    )
