"""A definition, or a run of it, as a Mermaid flowchart."""

from collections.abc import Mapping

from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition

STYLES = {
    "completed": "fill:#d9f2e0,stroke:#2e7d4f",
    "reused": "fill:#e3edf9,stroke:#3b6ea5",
    "running": "fill:#fff4cc,stroke:#b58900",
    "failed": "fill:#fbdcdc,stroke:#b3261e",
    "skipped": "fill:#f2f2f2,stroke:#9e9e9e,stroke-dasharray:4 3",
}
SHAPES = {"condition": ("{", "}"), "delay": ("([", "])")}


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
                lines.append(f"  n_{edge.source_key} -->{label} n_{node.key}")
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
