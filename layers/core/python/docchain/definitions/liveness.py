"""Which nodes run, given what the conditions answered.

An edge that names an outcome is a requirement: the condition must have answered so (several outcomes of one condition
are alternatives). An edge without one is a join: of those, one whose source ran is enough. So ``[summary, ask:true]``
runs when the answer was true, and ``[yes, no]`` runs after whichever way was taken.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple

from docchain.definitions.graph import Graph


class Literal(NamedTuple):
    """Holds when that condition was asked and answered so."""

    condition: str
    outcome: str


Way = frozenset[Literal]
# None: runs whatever is answered. Otherwise it runs when all literals of one way hold; a node without a way never runs.
Liveness = frozenset[Way] | None

BOTH = ("true", "false")
# What a guard's expression is built of; a definition that needs more is refused by a check.
WAYS_MOST = 64


class TooManyWays(Exception):
    """Internal to the definitions: the check ``ways`` turns it into a finding."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def liveness(graph: Graph) -> dict[str, Liveness]:
    """Raises ``TooManyWays``."""
    found: dict[str, Liveness] = {}
    for key in graph.order:
        joins: list[Liveness] = []
        asked: dict[str, set[str]] = {}
        for edge in graph.nodes[key].depends_on:
            if edge.source_key not in found:
                continue
            if edge.outcome:
                asked.setdefault(edge.source_key, set()).add(edge.outcome)
            else:
                joins.append(found[edge.source_key])
        required = [_answered(condition, outcomes, found) for condition, outcomes in sorted(asked.items())]
        live = _all([*required, *([_any(joins, found)] if joins else [])], found)
        if live is not None and len(live) > WAYS_MOST:
            raise TooManyWays(key)
        found[key] = live
    return found


def _answered(condition: str, outcomes: set[str], known: Mapping[str, Liveness]) -> Liveness:
    if outcomes.issuperset(BOTH):
        return known[condition]
    return frozenset(frozenset({Literal(condition, outcome)}) for outcome in outcomes)


def _any(alternatives: Iterable[Liveness], known: Mapping[str, Liveness]) -> Liveness:
    ways: set[Way] = set()
    for alternative in alternatives:
        if alternative is None:
            return None
        ways |= alternative
    return _simplified(ways, known)


def _all(parts: Iterable[Liveness], known: Mapping[str, Liveness]) -> Liveness:
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


def _simplified(ways: set[Way], known: Mapping[str, Liveness]) -> Liveness:
    ways = _least({_without_implied(way, known) for way in ways})
    for way in sorted(ways, key=sorted):
        for literal in sorted(way):
            other = (way - {literal}) | {Literal(literal.condition, _opposite(literal.outcome))}
            if other in ways:
                # Either answer will do: what is left is that the condition is asked at all.
                merged = _all([frozenset({way - {literal}}), known[literal.condition]], known)
                return None if merged is None else _any([frozenset(ways - {way, other}), merged], known)
    if frozenset() in ways:
        return None
    return frozenset(ways)


def _without_implied(way: Way, known: Mapping[str, Liveness]) -> Way:
    """An inner condition's answer says already what the outer ones answered, or it would not have been asked."""
    implied: set[Literal] = set()
    for literal in way:
        asked_when = known[literal.condition]
        if asked_when:
            implied |= frozenset.intersection(*asked_when)
    return way - implied


def _least(ways: set[Way]) -> set[Way]:
    """A way that holds whenever a shorter one does adds nothing."""
    return {way for way in ways if not any(other < way for other in ways)}


def _opposite(outcome: str) -> str:
    return BOTH[1 - BOTH.index(outcome)]


def holds(live: Liveness, outcomes: Mapping[str, str]) -> bool:
    """A condition that was not asked is not in ``outcomes``."""
    return live is None or any(all(outcomes.get(one.condition) == one.outcome for one in way) for way in live)


def skipped(graph: Graph, outcomes: Mapping[str, str]) -> frozenset[str]:
    """The nodes that a run with these answers leaves out."""
    return frozenset(key for key, live in liveness(graph).items() if not holds(live, outcomes))
