"""Which nodes run, given what the conditions answered and what failed.

An edge that names an outcome is a requirement: the condition must have answered so (several outcomes of one condition
are alternatives). An edge without one is a join: of those, one whose source ran is enough. So ``[summary, ask:true]``
runs when the answer was true, and ``[yes, no]`` runs after whichever way was taken.

A node whose author handles its error answers too, ``ok`` or ``error``. What it goes to when it fails requires one of
the errors that lead there; what follows a node that goes elsewhere requires that it did not fail.

What follows an approval without naming an outcome requires that it was approved: a refusal never passes by oversight.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from docchain.definitions.graph import Graph
from docchain.definitions.models import NodeDefinition
from docchain.definitions.outcomes import OK, outcomes_of
from docchain.nodes import catalogue


class Literal(NamedTuple):
    """Holds when that condition was asked and answered so."""

    condition: str
    outcome: str


Way = frozenset[Literal]
# None: runs whatever is answered. Otherwise it runs when all literals of one way hold; a node without a way never runs.
Liveness = frozenset[Way] | None

# What a guard's expression is built of; a definition that needs more is refused by a check.
WAYS_MOST = 64


class TooManyWays(Exception):
    """Internal to the definitions: the check ``ways`` turns it into a finding."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Known:
    """Of the nodes so far: when each runs, and which ways on each has."""

    live: dict[str, Liveness]
    outcomes: Mapping[str, tuple[str, ...]]


def liveness(graph: Graph) -> dict[str, Liveness]:
    """Raises ``TooManyWays``."""
    known = Known({}, {key: outcomes_of(node) for key, node in graph.nodes.items()})
    for key in graph.order:
        joins: list[Liveness] = []
        jumps: list[Liveness] = []
        asked: dict[str, set[str]] = {}
        for edge in graph.nodes[key].depends_on:
            if edge.source_key not in known.live:
                continue
            if not edge.outcome:
                joins.append(_passed(graph.nodes[edge.source_key], known))
            elif graph.nodes[edge.source_key].goes_to == key:
                jumps.append(_one(edge.source_key, edge.outcome))
            else:
                asked.setdefault(edge.source_key, set()).add(edge.outcome)
        required = [_answered(condition, outcomes, known) for condition, outcomes in sorted(asked.items())]
        alternatives = [_any(some, known) for some in (joins, jumps) if some]
        live = _all([*required, *alternatives], known)
        if live is not None and len(live) > WAYS_MOST:
            raise TooManyWays(key)
        known.live[key] = live
    return known.live


def _one(key: str, outcome: str) -> Liveness:
    return frozenset({frozenset({Literal(key, outcome)})})


def _passed(source: NodeDefinition, known: Known) -> Liveness:
    """Who goes elsewhere when it fails lets by only what it did; who continues lets by in any case."""
    by = catalogue.get(source.node_type).passes_by
    if by is not None:
        return _one(source.key, by)
    return _one(source.key, OK) if source.goes_to else known.live[source.key]


def _answered(condition: str, outcomes: set[str], known: Known) -> Liveness:
    if outcomes.issuperset(known.outcomes[condition]):
        return known.live[condition]
    return frozenset(frozenset({Literal(condition, outcome)}) for outcome in outcomes)


def _any(alternatives: Iterable[Liveness], known: Known) -> Liveness:
    ways: set[Way] = set()
    for alternative in alternatives:
        if alternative is None:
            return None
        ways |= alternative
    return _simplified(ways, known)


def _all(parts: Iterable[Liveness], known: Known) -> Liveness:
    chosen = [part for part in parts if part is not None]
    if not chosen:
        return None
    ways: set[Way] = {frozenset()}
    for part in chosen:
        ways = {one | other for one, other in product(ways, part) if not _contradicts(one | other)}
        if len(ways) > WAYS_MOST**2:
            break  # refused by the caller; going on would only take memory
    return _simplified(ways, known)


def _contradicts(way: Way) -> bool:
    conditions = [literal.condition for literal in way]
    return len(conditions) != len(set(conditions))


def _simplified(ways: set[Way], known: Known) -> Liveness:
    ways = _least({_without_implied(way, known) for way in ways})
    for way in sorted(ways, key=sorted):
        for literal in sorted(way):
            rest = way - {literal}
            alike = {rest | {Literal(literal.condition, outcome)} for outcome in known.outcomes[literal.condition]}
            if alike <= ways:
                # Any answer will do: what is left is that the condition is asked at all.
                merged = _all([frozenset({rest}), known.live[literal.condition]], known)
                return None if merged is None else _any([frozenset(ways - alike), merged], known)
    if frozenset() in ways:
        return None
    return frozenset(ways)


def _without_implied(way: Way, known: Known) -> Way:
    """An inner condition's answer says already what the outer ones answered, or it would not have been asked."""
    implied: set[Literal] = set()
    for literal in way:
        asked_when = known.live[literal.condition]
        if asked_when:
            implied |= frozenset.intersection(*asked_when)
    return way - implied


def _least(ways: set[Way]) -> set[Way]:
    """A way that holds whenever a shorter one does adds nothing."""
    return {way for way in ways if not any(other < way for other in ways)}


def holds(live: Liveness, outcomes: Mapping[str, str]) -> bool:
    """A condition that was not asked is not in ``outcomes``."""
    return live is None or any(all(outcomes.get(one.condition) == one.outcome for one in way) for way in live)


def skipped(graph: Graph, outcomes: Mapping[str, str]) -> frozenset[str]:
    """The nodes that a run with these answers leaves out."""
    return frozenset(key for key, live in liveness(graph).items() if not holds(live, outcomes))
