"""Which records a node reads: its direct dependencies, where its text comes from, and whatever its templates name."""

from collections.abc import Iterator
from typing import Any

from docchain.definitions.graph import graph_of, text_sources
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes.kind import NodeKind
from docchain.templating.references import references

OF_NODES = ("nodes.", "errors.")


def needs_of(definition: WorkflowDefinition, node: NodeDefinition, kind: NodeKind) -> list[str]:
    """Keys, direct dependencies first and in the order they were named."""
    named = dict.fromkeys([*node.sources, *upstream_of(definition, node, kind)])
    texts = [*texts_of(node.input_data), *(t for f in kind.templates for t in texts_of(_parameter(node, kind, f)))]
    for text in texts:
        if "nodes" in text or "errors" in text:
            named |= dict.fromkeys(sorted(p.split(".")[1] for p in references(text) if p.startswith(OF_NODES)))
    return list(named)


def upstream_of(definition: WorkflowDefinition, node: NodeDefinition, kind: NodeKind) -> tuple[str, ...]:
    """Whose text a node works on when its author named none: conditions and delays in between have no text."""
    if kind.upstream_field is None or node.config.get(kind.upstream_field) is not None:
        return ()
    return text_sources(graph_of(definition), node.key)


def _parameter(node: NodeDefinition, kind: NodeKind, name: str) -> Any:
    return node.config.get(name, kind.parameters.model_fields[name].default)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
