"""A graph as SVG: boxes in layers, arrows between them, and each run's state in its colour."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from docchain.definitions.graph import STYLES, Graph, graph_of
from docchain.definitions.graph_layout import Layout, lay_out
from docchain.definitions.models import NodeDefinition, WorkflowDefinition

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 200, 52, 36, 44, 20
NAME_MOST = 26

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w:g}" height="{h:g}" viewBox="0 0 {w:g} {h:g}" role="img" '
    'font-family="system-ui, sans-serif" font-size="13" text-anchor="middle">'
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 8 4 0 8z" fill="#6b6b6b"/></marker></defs>'
)


def svg(definition: WorkflowDefinition, states: Mapping[str, str] | None = None) -> str:
    """``states`` maps keys to statuses. Nodes on a cycle have no layer and are not drawn; validate names them."""
    graph = graph_of(definition)
    layout = lay_out(graph)
    width = layout.columns * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN
    height = max(layout.rows, 1) * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN
    parts = [_HEAD.format(w=max(width, 2 * MARGIN), h=height)]
    parts += [line for key in layout.at for line in _arrows(graph, layout, key)]
    parts += [_box(graph.nodes[key], layout, (states or {}).get(key)) for key in layout.at]
    return "".join([*parts, "</svg>\n"])


def _arrows(graph: Graph, layout: Layout, key: str) -> list[str]:
    lines = []
    for edge in graph.nodes[key].depends_on:
        if edge.source_key not in layout.at:
            continue
        points = _points(layout, edge.source_key, key)
        (x0, y0), *rest = points
        path = f"M{x0:g} {y0:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
        lines.append(f'<path d="{path}" fill="none" stroke="#6b6b6b" marker-end="url(#tip)"/>')
        if edge.outcome:
            (x1, y1) = rest[0]
            x, y = x0 + (x1 - x0) * 0.35, y0 + (y1 - y0) * 0.35
            lines.append(f'<text x="{x:g}" y="{y:g}" font-size="11" fill="#444">{_text(edge.outcome, 40)}</text>')
    return lines


def _points(layout: Layout, source: str, target: str) -> list[tuple[float, float]]:
    (sx, sy), (tx, ty) = _corner(*layout.at[source]), _corner(*layout.at[target])
    bends: list[tuple[float, float]] = []
    for column, row in layout.ways.get((source, target), ()):
        x, y = _corner(column, row)
        bends += [(x + WIDTH / 2, y), (x + WIDTH / 2, y + HEIGHT)]
    return [(sx + WIDTH / 2, sy + HEIGHT), *bends, (tx + WIDTH / 2, ty)]


def _corner(column: float, row: float) -> tuple[float, float]:
    return MARGIN + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y)


def _box(node: NodeDefinition, layout: Layout, state: str | None) -> str:
    x, y = _corner(*layout.at[node.key])
    style = STYLES.get(state or "", "fill:#ffffff,stroke:#6b6b6b").replace(",", ";")
    kind = f"{node.node_type} · {state}" if state else node.node_type
    middle = x + WIDTH / 2
    return (
        f"<g><title>{_text(node.name, 200)}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="8" style="{style}"/>'
        f'<text x="{middle:g}" y="{y + 22:g}" fill="#1a1a1a">{_text(node.name, NAME_MOST)}</text>'
        f'<text x="{middle:g}" y="{y + 40:g}" font-size="11" fill="#555">{_text(kind, 60)}</text></g>'
    )


def _text(value: str, most: int) -> str:
    """Names come from users: as text, without what XML cannot hold, and no longer than the box."""
    plain = "".join(c if c.isprintable() else " " for c in value)
    return escape(plain if len(plain) <= most else plain[: most - 1] + "…")
