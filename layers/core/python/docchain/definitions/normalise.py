"""From nodes as users write them to a definition: keys, ids and edges are made explicit."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.models import Edge, Key, NodeDefinition, WorkflowDefinition
from docchain.definitions.outcomes import ERROR
from docchain.definitions.slugs import free_key
from docchain.nodes.catalogue import canonical_name

EDGE_TEXT = re.compile(r"^\s*(?P<node>[^:\s]+)\s*(?::\s*(?P<outcome>[^:\s]+)\s*)?$")


class RawEdge(BaseModel):
    model_config = ConfigDict(extra="forbid")

    node: int | str
    outcome: str | bool | None = None


class RawNode(BaseModel):
    """The fields whose absence means something; NodeDefinition judges the rest, and the API's own are let through."""

    model_config = ConfigDict(extra="ignore")

    id: int | None = Field(default=None, ge=1)
    key: Key | None = None
    name: str = Field(min_length=1, max_length=200)
    node_type: str = Field(min_length=1, max_length=100)
    depends_on: list[int | str | RawEdge] | None = Field(default=None, max_length=2000)
    on_error: Any = None


def normalise(raw_nodes: Sequence[Mapping[str, Any]], *, timeout_seconds: int | None = None) -> WorkflowDefinition:
    """Raises DefinitionInvalid with every field of a wrong shape; what the nodes mean together is for the checks."""
    problems: list[dict[str, Any]] = []
    raws = _collected(problems, ((i, raw, RawNode) for i, raw in enumerate(raw_nodes)))
    _refuse(problems)
    ids = _ids(raws)
    keys = _keys(raws, ids)
    by_name: dict[int | str, str] = dict(zip(ids, keys, strict=True))
    targets = [_goto(raw.on_error, by_name, set(keys)) for raw in raws]
    complete = []
    for i, (raw, given) in enumerate(zip(raws, raw_nodes, strict=True)):
        wanted = {name: given[name] for name in NodeDefinition.model_fields if given.get(name) is not None}
        jumps = [key for key, target in zip(keys, targets, strict=True) if target == keys[i]]
        # Where others jump to when they fail, nothing leads by merely having been added before it.
        previous = keys[i - 1] if i and not jumps else None
        edges = _with_jumps(_edges(raw, previous, by_name, set(keys)), jumps)
        computed = {"id": ids[i], "key": keys[i], "node_type": canonical_name(raw.node_type), "depends_on": edges}
        if targets[i]:
            computed["on_error"] = f"goto:{targets[i]}"
        complete.append((i, wanted | computed, NodeDefinition))
    nodes = _collected(problems, complete)
    _refuse(problems)
    return WorkflowDefinition(nodes=tuple(nodes), timeout_seconds=timeout_seconds)


def _collected(problems: list[dict[str, Any]], items: Iterable[tuple[int, Any, type[Any]]]) -> list[Any]:
    good = []
    for i, data, model in items:
        try:
            good.append(model.model_validate(data))
        except ValidationError as error:
            node = data.get("key") or data.get("name") if isinstance(data, Mapping) else None
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                field = ".".join([f"nodes[{i}]", *(str(part) for part in one["loc"])])
                problems.append({"code": "INVALID_FIELD", "node": node, "field": field, "message": one["msg"]})
    return good


def _refuse(problems: list[dict[str, Any]]) -> None:
    if problems:
        first = problems[0]
        raise DefinitionInvalid(f"{first['field']}: {first['message']}", details=problems)


def _ids(raws: Sequence[RawNode]) -> list[int]:
    taken = {raw.id for raw in raws if raw.id is not None}
    ids, counter = [], 0
    for raw in raws:
        if raw.id is not None:
            ids.append(raw.id)
            continue
        counter += 1
        while counter in taken:
            counter += 1
        ids.append(counter)
    return ids


def _keys(raws: Sequence[RawNode], ids: Sequence[int]) -> list[str]:
    taken = {raw.key for raw in raws if raw.key is not None}
    keys = []
    for raw, node_id in zip(raws, ids, strict=True):
        key = raw.key or free_key(raw.name, node_id, taken)
        taken.add(key)
        keys.append(key)
    return keys


def _edges(raw: RawNode, previous: str | None, by_id: Mapping[int | str, str], keys: set[str]) -> list[Edge]:
    if raw.depends_on is None:
        return [Edge(source_key=previous)] if previous else []
    edges = (_edge(entry, by_id, keys) for entry in raw.depends_on)
    return list(dict.fromkeys(edges))


def _goto(on_error: Any, by_id: Mapping[int | str, str], keys: set[str]) -> str | None:
    if not isinstance(on_error, str) or not on_error.startswith("goto:"):
        return None
    return _source(on_error.removeprefix("goto:").strip(), by_id, keys)


def _with_jumps(edges: list[Edge], jumps: list[str]) -> list[Edge]:
    """A node that others go to when they fail depends on just that, also where its author named them only."""
    kept = [edge for edge in edges if edge.source_key not in jumps or edge.outcome not in (None, ERROR)]
    return [*kept, *(Edge(source_key=key, outcome=ERROR) for key in jumps)]


def _edge(entry: "int | str | RawEdge", by_id: Mapping[int | str, str], keys: set[str]) -> Edge:
    if isinstance(entry, RawEdge):
        outcome = str(entry.outcome).lower() if isinstance(entry.outcome, bool) else entry.outcome
        return Edge(source_key=_source(entry.node, by_id, keys), outcome=outcome)
    if isinstance(entry, int):
        return Edge(source_key=_source(entry, by_id, keys))
    match = EDGE_TEXT.match(entry)
    if match is None:
        return Edge(source_key=entry)
    return Edge(source_key=_source(match["node"], by_id, keys), outcome=match["outcome"])


def _source(wanted: int | str, by_id: Mapping[int | str, str], keys: set[str]) -> str:
    if isinstance(wanted, str) and wanted in keys:
        return wanted
    if isinstance(wanted, str) and wanted.isascii() and wanted.isdecimal():
        wanted = int(wanted)
    return by_id.get(wanted, str(wanted))
