"""The order of a graph as sequences and forks, which is all that a state machine can say."""

from dataclasses import dataclass

from docchain.definitions.graph import Graph

# A fork within a fork is JSON within JSON, and recursion here. What is nested deeper runs in waves: right too, only
# less parallel.
MAX_DEPTH = 12


@dataclass(frozen=True)
class Fork:
    branches: tuple["Sequence", ...]


Block = str | Fork
Sequence = tuple[Block, ...]


def shape(graph: Graph) -> Sequence:
    """Every order that it allows respects every edge. Series-parallel orders lose no parallelism."""
    return _series(graph, list(range(len(graph.order))), 0)


def nodes_in(block: Block) -> list[str]:
    if isinstance(block, str):
        return [block]
    return [key for branch in block.branches for inner in branch for key in nodes_in(inner)]


def _series(graph: Graph, members: list[int], depth: int) -> Sequence:
    """``members`` are positions in the topological order, ascending."""
    parts: list[Block] = []
    for segment in _segments(graph, members):
        if len(segment) == 1:
            parts.append(graph.order[segment[0]])
        else:
            parts.extend(_unordered(graph, segment, depth))
    return tuple(parts)


def _segments(graph: Graph, members: list[int]) -> list[list[int]]:
    """Cuts wherever all that is before precedes all that is after."""
    before_all_later = [0] * len(members)
    common = -1
    for i in reversed(range(len(members))):
        common &= graph.ancestor_bits[members[i]]
        before_all_later[i] = common
    segments: list[list[int]] = []
    seen = 0
    for i, member in enumerate(members):
        if seen & ~before_all_later[i] == 0:
            segments.append([])
        segments[-1].append(member)
        # What ends the run precedes nothing, and all that follows its neighbours waits for it all the same.
        if graph.order[member] not in graph.endings:
            seen |= 1 << member
    return segments


def _unordered(graph: Graph, segment: list[int], depth: int) -> Sequence:
    components = _components(graph, segment)
    if len(components) == 1 or depth >= MAX_DEPTH:
        return _waves(graph, segment)
    return (Fork(tuple(_series(graph, component, depth + 1) for component in components)),)


def _components(graph: Graph, segment: list[int]) -> list[list[int]]:
    """Parts without an edge between them, each in topological order."""
    inside = set(segment)
    leader = {member: member for member in segment}

    def find(member: int) -> int:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    for member in segment:
        for source in _sources(graph, member, inside):
            first, second = sorted((find(source), find(member)))
            leader[second] = first
    found: dict[int, list[int]] = {}
    for member in segment:
        found.setdefault(find(member), []).append(member)
    return list(found.values())


def _waves(graph: Graph, segment: list[int]) -> Sequence:
    """By the longest way to each node: a level starts when the one before it is done."""
    inside = set(segment)
    level: dict[int, int] = {}
    for member in segment:
        level[member] = max((level[source] + 1 for source in _sources(graph, member, inside)), default=0)
    waves: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for member in segment:
        waves[level[member]].append(graph.order[member])
    return tuple(wave[0] if len(wave) == 1 else Fork(tuple((key,) for key in wave)) for wave in waves)


def _sources(graph: Graph, member: int, inside: set[int]) -> list[int]:
    return [at for source in graph.sources[graph.order[member]] if (at := graph.position[source]) in inside]
