"""The graph of a definition: who follows whom, in which order, who comes before whom, and how it looks."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue

STYLES = {
    "completed": "fill:#d9f2e0,stroke:#2e7d4f",
    "reused": "fill:#e3edf9,stroke:#3b6ea5",
    "running": "fill:#fff4cc,stroke:#b58900",
    "failed": "fill:#fbdcdc,stroke:#b3261e",
    "skipped": "fill:#f2f2f2,stroke:#9e9e9e,stroke-dasharray:4 3",
}
SHAPES = {
    "condition": ("{", "}"),
    "switch": ("{", "}"),
    "delay": ("([", "])"),
    "wait_until": ("([", "])"),
    "fail": ("(((", ")))"),
    "succeed": ("((", "))"),
}


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
    def endings(self) -> frozenset[str]:
        """Nodes that end the run."""
        kinds = catalogue.all_kinds()
        return frozenset(k for k, n in self.nodes.items() if n.node_type in kinds and kinds[n.node_type].ends_run)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Topological, and among equals as defined, but for what ends the run: that is not worked past. Shorter than
        ``nodes`` when there is a cycle.
        """
        waiting = {key: len(sources) for key, sources in self.sources.items()}
        ready = deque(key for key, count in waiting.items() if count == 0)
        found = []
        while ready:
            key = ready.popleft()
            found.append(key)
            for target in self.targets[key]:
                waiting[target] -= 1
                if waiting[target] == 0 and target in self.endings:
                    ready.appendleft(target)
                elif waiting[target] == 0:
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


def text_sources(graph: Graph, key: str) -> tuple[str, ...]:
    """Whose text a node works on that names none: the first of these that ran. What makes none is looked through."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(reversed(graph.sources[key]))
    while waiting:
        source = waiting.pop()
        if source in seen:
            continue
        seen.add(source)
        if catalogue.get(graph.nodes[source].node_type).makes_text:
            found[source] = None
        else:
            waiting.extend(reversed(graph.sources[source]))
    return tuple(found)


def mermaid(definition: WorkflowDefinition, states: Mapping[str, str] | None = None) -> str:
    """``states`` maps keys to statuses; the statuses that have no style are shown as text only."""
    states = states or {}
    lines = ["flowchart TD"]
    lines += [_box(node, states.get(node.key)) for node in definition.nodes]
    known = graph_of(definition).nodes
    for node in definition.nodes:
        for edge in node.depends_on:
            if edge.source_key in known:
                label = f"|{_text(edge.outcome)}|" if edge.outcome else ""
                arrow = "-.->" if edge.outcome == "error" else "-->"
                lines.append(f"  n_{edge.source_key} {arrow}{label} n_{node.key}")
    used = sorted({state for state in states.values() if state in STYLES})
    lines += [f"  classDef {state} {STYLES[state]}" for state in used]
    return "\n".join(lines) + "\n"


def _box(node: NodeDefinition, state: str | None) -> str:
    left, right = SHAPES.get(node.node_type, ("[", "]"))
    lines = [_text(node.name), f"<small>{_text(node.node_type)}</small>"]
    if state:
        lines.append(f"<small>{_text(state)}</small>")
    # The prefix keeps keys such as "end" and "graph" from being read as Mermaid's own words.
    box = f'  n_{node.key}{left}"{"<br/>".join(lines)}"{right}'
    return f"{box}:::{state}" if state in STYLES else box


def _text(value: str) -> str:
    """Mermaid reads HTML in labels and has entity codes of its own: names come from users, and stay text."""
    return "".join(c if c.isalnum() or c in " _-.,:()/" else f"#{ord(c)};" for c in " ".join(value.split()))
