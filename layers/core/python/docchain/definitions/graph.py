"""The graph of a definition: who follows whom, in which order, and who comes before whom."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.errors import UnknownNodeKind


@dataclass(frozen=True)
class Graph:
    """Edges to or from nodes that do not exist are left out; the dependency check reports those."""

    nodes: Mapping[str, NodeDefinition]

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        return {key: tuple(s for s in node.sources if s in self.nodes) for key, node in self.nodes.items()}

    @cached_property
    def targets(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {key: [] for key in self.nodes}
        for key, sources in self.sources.items():
            for source in sources:
                found[source].append(key)
        return {key: tuple(targets) for key, targets in found.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Topological, and among equals as defined. Shorter than ``nodes`` when there is a cycle."""
        waiting = {key: len(sources) for key, sources in self.sources.items()}
        ready = deque(key for key, count in waiting.items() if count == 0)
        found = []
        while ready:
            key = ready.popleft()
            found.append(key)
            for target in self.targets[key]:
                waiting[target] -= 1
                if waiting[target] == 0:
                    ready.append(target)
        return tuple(found)

    @cached_property
    def position(self) -> Mapping[str, int]:
        return {key: i for i, key in enumerate(self.order)}

    @cached_property
    def ancestor_bits(self) -> tuple[int, ...]:
        """By position: bit i is set when the node at position i comes before. Sets would be slow for 1,000 nodes."""
        found: list[int] = []
        for key in self.order:
            bits = 0
            for source in self.sources[key]:
                bits |= found[self.position[source]] | 1 << self.position[source]
            found.append(bits)
        return tuple(found)

    def precedes(self, earlier: str, later: str) -> bool:
        return bool(self.ancestor_bits[self.position[later]] >> self.position[earlier] & 1)

    def ancestors(self, key: str) -> frozenset[str]:
        bits = self.ancestor_bits[self.position[key]]
        return frozenset(other for i, other in enumerate(self.order) if bits >> i & 1)

    def cycle(self) -> tuple[str, ...]:
        """One cycle, in the direction of the edges; empty when there is none."""
        placed = set(self.order)
        left = [key for key in self.nodes if key not in placed]
        if not left:
            return ()
        path: dict[str, int] = {}
        # Each node left over either lies on a cycle or after one: walking back always ends on one.
        key = left[0]
        while key not in path:
            path[key] = len(path)
            key = next(source for source in self.sources[key] if source not in placed)
        return tuple(reversed(list(path)[path[key] :]))


def graph_of(definition: WorkflowDefinition) -> Graph:
    return Graph({node.key: node for node in definition.nodes})


def text_source(graph: Graph, key: str) -> str | None:
    """The node whose text a node gets that names none: its first dependency, or what is before that if control."""
    sources = graph.sources[key]
    while sources:
        first = sources[0]
        try:
            control = catalogue.get(graph.nodes[first].node_type).form != "task"
        except UnknownNodeKind:
            return first
        if not control:
            return first
        sources = graph.sources[first]
    return None
