"""Where each node of a graph is drawn: in layers, with as few crossings as a few sweeps find.

Sugiyama's method: layers by the longest way from a root, places in the long edges' way, order by the mean of the
neighbours' places (barycentre), and coordinates that keep straight what is a chain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docchain.definitions.graph import Graph

SWEEPS = 6
# An edge that passes a layer takes a place in it; beyond so many places long edges are drawn straight through.
PLACES_MOST = 20_000

Places = list[list[str]]


@dataclass(frozen=True)
class Layout:
    """``at`` is (column, row) by key, columns from 0 and not whole; ``ways`` are an edge's bends between its ends."""

    at: Mapping[str, tuple[float, float]]
    ways: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    columns: float
    rows: int


def lay_out(graph: Graph) -> Layout:
    """Of a graph without cycles; what lies on one is left out. Same graph, same layout."""
    rows = _rows(graph)
    layers: Places = [[] for _ in range(max(rows.values(), default=-1) + 1)]
    for key, row in rows.items():
        layers[row].append(key)
    bends = _bends(graph, rows)
    neighbours: dict[str, tuple[list[str], list[str]]] = {key: ([], []) for key in rows}
    for (source, target), names in bends.items():
        for row, name in enumerate(names, rows[source] + 1):
            layers[row].append(name)
            neighbours[name] = ([], [])
        way = [source, *names, target]
        for above, below in pairwise(way):
            neighbours[below][0].append(above)
            neighbours[above][1].append(below)
    _order(layers, neighbours)
    x = _columns(layers, neighbours)
    at = {key: (x[key], float(row)) for key, row in rows.items()}
    ways = {
        (source, target): tuple((x[n], float(row)) for row, n in enumerate(names, rows[source] + 1))
        for (source, target), names in bends.items()
    }
    return Layout(at, ways, max(x.values(), default=0) + 1, len(layers))


def _rows(graph: Graph) -> dict[str, int]:
    rows: dict[str, int] = {}
    for key in graph.order:
        rows[key] = max((rows[s] + 1 for s in graph.sources[key]), default=0)
    return rows


def _bends(graph: Graph, rows: Mapping[str, int]) -> dict[tuple[str, str], list[str]]:
    edges = [(s, key) for key in rows for s in graph.sources[key]]
    if sum(rows[target] - rows[source] - 1 for source, target in edges) > PLACES_MOST:
        return {edge: [] for edge in edges}
    # A key has no blank, so a place's name is nobody's key.
    return {(s, t): [f"{s} {t} {row}" for row in range(rows[s] + 1, rows[t])] for s, t in edges}


def _order(layers: Places, neighbours: Mapping[str, tuple[list[str], list[str]]]) -> None:
    for sweep in range(SWEEPS):
        side = sweep % 2
        for layer in layers if side == 0 else reversed(layers):
            place = {name: i for other in _around(layers, layer, side) for i, name in enumerate(other)}
            layer.sort(key=_mean_of(neighbours, side, place, {name: i for i, name in enumerate(layer)}))


def _around(layers: Places, layer: list[str], side: int) -> Sequence[list[str]]:
    at = next(i for i, other in enumerate(layers) if other is layer)
    beside = at - 1 if side == 0 else at + 1
    return [layers[beside]] if 0 <= beside < len(layers) else []


def _mean_of(
    neighbours: Mapping[str, tuple[list[str], list[str]]], side: int, place: Mapping[str, int], own: Mapping[str, int]
) -> Callable[[str], tuple[float, int]]:
    def mean(name: str) -> tuple[float, int]:
        places = [place[n] for n in neighbours[name][side] if n in place]
        return (sum(places) / len(places) if places else float(own[name]), own[name])

    return mean


def _columns(layers: Places, neighbours: Mapping[str, tuple[list[str], list[str]]]) -> dict[str, float]:
    """Each as near to the mean of those above as its left neighbour lets it; then all as far left as they go."""
    x: dict[str, float] = {}
    for layer in layers:
        free = 0.0
        wanted = [[x[n] for n in neighbours[name][0] if n in x] for name in layer]
        for i, (name, above) in enumerate(zip(layer, wanted, strict=True)):
            mean = sum(above) / len(above) if above else free
            # Siblings spread around the one above them.
            shared = [j for j, other in enumerate(wanted) if other == above] if above else [i]
            x[name] = max(free, mean + shared.index(i) - (len(shared) - 1) / 2)
            free = x[name] + 1
    left = min(x.values(), default=0.0)
    return {name: value - left for name, value in x.items()}
