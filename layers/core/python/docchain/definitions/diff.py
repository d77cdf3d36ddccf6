"""What differs between two definitions: node by node, field by field, and in the edges."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from docchain.definitions.models import NodeDefinition, WorkflowDefinition

# A node's place in the graph is told by the edges, once.
_NO_FIELDS = {"id", "key", "depends_on"}


class Change(BaseModel):
    """As in JSON Patch (RFC 6902), with what stood there before; ``path`` is a JSON pointer within the node."""

    op: str
    path: str
    before: Any = None
    value: Any = None


class NodeChange(BaseModel):
    key: str
    name: str
    changes: list[Change]


class NodeSummary(BaseModel):
    key: str
    name: str
    node_type: str


class EdgeSummary(BaseModel):
    source: str
    target: str
    outcome: str | None = None


class DefinitionDiff(BaseModel):
    """Nodes are the same when their keys are; a key never changes."""

    added: list[NodeSummary]
    removed: list[NodeSummary]
    changed: list[NodeChange]
    edges_added: list[EdgeSummary]
    edges_removed: list[EdgeSummary]


def compare(before: WorkflowDefinition, after: WorkflowDefinition) -> DefinitionDiff:
    old, new = ({n.key: n for n in definition.nodes} for definition in (before, after))
    old_edges, new_edges = _edges(before), _edges(after)
    changed = [(n, _changes(old[n.key], n)) for n in after.nodes if n.key in old]
    return DefinitionDiff(
        added=[_summary(n) for n in after.nodes if n.key not in old],
        removed=[_summary(n) for n in before.nodes if n.key not in new],
        changed=[NodeChange(key=n.key, name=n.name, changes=found) for n, found in changed if found],
        edges_added=[_edge(e) for e in new_edges if e not in old_edges],
        edges_removed=[_edge(e) for e in old_edges if e not in new_edges],
    )


def _changes(before: NodeDefinition, after: NodeDefinition) -> list[Change]:
    return list(
        _between(before.model_dump(mode="json", exclude=_NO_FIELDS), after.model_dump(mode="json", exclude=_NO_FIELDS))
    )


def _between(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(n for n in after if n not in before)]:
            yield from _member(before, after, name, f"{path}/{_escaped(name)}")
    elif isinstance(before, list) and isinstance(after, list):
        shared = min(len(before), len(after))
        for i in range(shared):
            yield from _between(before[i], after[i], f"{path}/{i}")
        # From the end, so that the list can be applied as it stands.
        yield from (
            Change(op="remove", path=f"{path}/{i}", before=before[i]) for i in reversed(range(shared, len(before)))
        )
        yield from (Change(op="add", path=f"{path}/{i}", value=after[i]) for i in range(shared, len(after)))
    elif before != after or type(before) is not type(after):
        yield Change(op="replace", path=path, before=before, value=after)


def _member(before: dict[str, Any], after: dict[str, Any], name: str, path: str) -> Iterator[Change]:
    if name not in after:
        yield Change(op="remove", path=path, before=before[name])
    elif name not in before:
        yield Change(op="add", path=path, value=after[name])
    else:
        yield from _between(before[name], after[name], path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


Triple = tuple[str, str, str | None]


def _edges(definition: WorkflowDefinition) -> dict[Triple, None]:
    return {(e.source_key, n.key, e.outcome): None for n in definition.nodes for e in n.depends_on}


def _edge(edge: Triple) -> EdgeSummary:
    return EdgeSummary(source=edge[0], target=edge[1], outcome=edge[2])


def _summary(node: NodeDefinition) -> NodeSummary:
    return NodeSummary(key=node.key, name=node.name, node_type=node.node_type)
