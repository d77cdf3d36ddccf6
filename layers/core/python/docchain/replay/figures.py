"""Figures of a plan: what would act, what it would cost and how long it would take, from what was recorded."""

from collections.abc import Set

from docchain.clock import from_iso
from docchain.costs.steps import own_cost_of_run
from docchain.definitions.graph import Graph
from docchain.replay.models import Decision, Effects, Expected, PlannedNode
from docchain.runs.models import NodeRecord


def effects_of(nodes: list[PlannedNode]) -> dict[str, Effects]:
    """Of every class but ``pure``, which acts on nothing."""
    found = {name: Effects() for name in ("paid", "keyed", "once")}
    for node in nodes:
        if node.effect_class in found and node.decision == Decision.RUNS:
            found[node.effect_class].fire.append(node.key)
        elif node.effect_class in found and node.decision == Decision.DEPENDS:
            found[node.effect_class].may_fire.append(node.key)
    return found


def expected_of(graph: Graph, nodes: list[PlannedNode]) -> Expected:
    run = {n.key for n in nodes if n.decision == Decision.RUNS}
    may = run | {n.key for n in nodes if n.decision == Decision.DEPENDS}
    own = own_cost_of_run()
    return Expected(
        cost_usd_least=_sum(nodes, run, own),
        cost_usd_most=_sum(nodes, may, own),
        saved_usd=_sum(nodes, {n.key for n in nodes if n.decision == Decision.REUSED}, 0.0),
        seconds_least=_longest(graph, nodes, run),
        seconds_most=_longest(graph, nodes, may),
        without_figures=[n.key for n in nodes if n.key in may and n.seconds is None],
    )


def seconds_of(record: NodeRecord) -> float | None:
    if not record.finished_at:
        return None
    return round((from_iso(record.finished_at) - from_iso(record.started_at)).total_seconds(), 3)


def _sum(nodes: list[PlannedNode], keys: Set[str], start: float) -> float:
    return round(start + sum(n.cost_usd or 0.0 for n in nodes if n.key in keys), 12)


def _longest(graph: Graph, nodes: list[PlannedNode], keys: Set[str]) -> float:
    """Of the ways through the graph, since branches run beside each other."""
    seconds = {n.key: n.seconds or 0.0 for n in nodes if n.key in keys}
    ends: dict[str, float] = {}
    for key in graph.order:
        before = max((ends[source] for source in graph.sources[key]), default=0.0)
        ends[key] = before + seconds.get(key, 0.0)
    return round(max(ends.values(), default=0.0), 3)
