"""The plan of a replay, from the replayed run's records and the two definitions, before anything runs.

What is certain is said here: a node that was changed, or is asked for, runs; one of which nothing was changed, nor of
what comes before it, does not. All that comes after something that runs depends on what that makes.
"""

from dataclasses import dataclass, field

from docchain.definitions.graph import Graph, graph_of
from docchain.definitions.liveness import Liveness, holds, liveness
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import OK
from docchain.nodes import catalogue
from docchain.nodes.kinds.approval import KIND as APPROVAL
from docchain.replay.errors import NoSuchNode
from docchain.replay.figures import effects_of, expected_of, seconds_of
from docchain.replay.models import Decision, Plan, PlannedNode, Source
from docchain.replay.reading import nodes_read, reads_parameter
from docchain.runs.models import NodeStatus, RunStatus

_UNCHANGED = frozenset({Decision.REUSED, Decision.SKIPPED})


@dataclass
class _Planning:
    source: Source
    definition: WorkflowDefinition
    graph: Graph
    live: dict[str, Liveness]
    before: dict[str, NodeDefinition]
    changed_parameters: set[str]
    forced: frozenset[str]
    found: dict[str, tuple[Decision, str]] = field(default_factory=dict)
    asked_again: frozenset[str] = frozenset()


def plan_replay(
    source: Source, definition: WorkflowDefinition, params: dict[str, object], from_node: str | None = None
) -> Plan:
    """Raises ``NoSuchNode``. ``definition`` and ``params`` are those of the run to come."""
    graph = graph_of(definition)
    old = source.run.params
    planning = _Planning(
        source,
        definition,
        graph,
        liveness(graph),
        {n.key: n for n in source.definition.nodes},
        {name for name in {*old, *params} if name not in old or name not in params or old[name] != params[name]},
        _forced(graph, from_node),
    )
    _decide_all(planning)
    while stale := _stale_approvals(planning):
        planning.asked_again |= stale
        _decide_all(planning)
    nodes = [_planned(planning, node) for node in definition.nodes]
    return Plan(nodes=nodes, effects=effects_of(nodes), expected=expected_of(graph, nodes))


def _forced(graph: Graph, from_node: str | None) -> frozenset[str]:
    if from_node is None:
        return frozenset()
    if from_node not in graph.nodes:
        raise NoSuchNode([from_node], "from_node")
    return frozenset(key for key in graph.order if key == from_node or graph.precedes(from_node, key))


def _decide_all(planning: _Planning) -> None:
    for key in planning.graph.order:
        planning.found[key] = _decide(planning, planning.graph.nodes[key])


def _stale_approvals(planning: _Planning) -> frozenset[str]:
    """People agreed to what came after as it was: they are asked again before it acts or is paid for anew."""
    graph, found = planning.graph, planning.found
    acting = [
        key
        for key, node in graph.nodes.items()
        if found[key][0] in (Decision.RUNS, Decision.DEPENDS)
        and catalogue.get(node.node_type).effect_for(node.config) != "pure"
    ]
    return frozenset(
        key
        for key, node in graph.nodes.items()
        if node.node_type == APPROVAL.name
        and found[key][0] == Decision.REUSED
        and any(graph.precedes(key, other) for other in acting)
    )


def _decide(planning: _Planning, node: NodeDefinition) -> tuple[Decision, str]:
    if reason := _reason_to_run(planning, node):
        return Decision.RUNS, reason
    read = {*nodes_read(planning.definition, node), *planning.graph.sources[node.key]}
    moved = sorted(
        (key for key in read if planning.found[key][0] not in _UNCHANGED), key=planning.graph.position.__getitem__
    )
    if moved:
        return Decision.DEPENDS, f"reads {', '.join(moved[:5])}{' and others' if len(moved) > 5 else ''}"
    record = planning.source.records.get(node.key)
    if record and record.status == NodeStatus.COMPLETED:
        return Decision.REUSED, "nothing that it depends on was changed"
    if not record and _is_passed_by(planning, node):
        return Decision.SKIPPED, "the conditions before it answer as they did"
    status = record.status.value if record else "not there"
    return Decision.RUNS, f"its record in run {planning.source.run.id} is {status}"


def _reason_to_run(planning: _Planning, node: NodeDefinition) -> str | None:
    if node.key in planning.forced:
        return "asked for by from_node"
    if node.key in planning.asked_again:
        return "what it agreed to acts anew"
    before = planning.before.get(node.key)
    if before is None:
        return "new in this definition"
    if fields := [name for name in ("node_type", "config", "input_data", "depends_on") if _differs(before, node, name)]:
        return f"its {', '.join(fields)} was changed"
    if reads_parameter(node, planning.changed_parameters):
        return "reads a parameter that was changed"
    record = planning.source.records.get(node.key)
    if record and record.kind_version != catalogue.get(node.node_type).version:
        return "its kind has a newer version"
    if planning.source.run.compensated_at and before.compensate_with is not None:
        return "what it did was undone"
    return None


def _differs(before: NodeDefinition, after: NodeDefinition, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _is_passed_by(planning: _Planning, node: NodeDefinition) -> bool:
    """As the answers of the replayed run have it; of a run that did not come to its end, only by an answer."""
    answers = {
        key: str(record.facts.get("outcome", OK))
        for key, record in planning.source.records.items()
        if record.status == NodeStatus.COMPLETED
    }
    if planning.source.run.status == RunStatus.COMPLETED:
        return True
    ways = planning.live[node.key]
    asked = {one.condition for way in ways or () for one in way}
    return bool(asked) and asked <= answers.keys() and not holds(ways, answers)


def _planned(planning: _Planning, node: NodeDefinition) -> PlannedNode:
    decision, reason = planning.found[node.key]
    record = planning.source.records.get(node.key)
    origin = record.reused_from.cost_usd if record and record.reused_from else record.cost_usd if record else None
    return PlannedNode(
        key=node.key,
        node_type=node.node_type,
        decision=decision,
        reason=reason,
        forced=node.key in planning.forced,
        effect_class=catalogue.get(node.node_type).effect_for(node.config),
        cost_usd=origin,
        seconds=seconds_of(record) if record else None,
    )
