"""Which records a node reads: its direct dependencies, and whatever its templates name."""

from collections.abc import Iterator
from typing import Any

from docchain.definitions.models import NodeDefinition
from docchain.nodes.kind import NodeKind
from docchain.templating.references import references


def needs_of(node: NodeDefinition, kind: NodeKind) -> list[str]:
    """Keys, direct dependencies first and in the order they were named."""
    named = dict.fromkeys(node.sources)
    texts = [*_texts(node.input_data), *(t for f in kind.templates for t in _texts(_parameter(node, kind, f)))]
    for text in texts:
        if "nodes" in text:
            named |= dict.fromkeys(sorted(p.split(".")[1] for p in references(text) if p.startswith("nodes.")))
    return list(named)


def _parameter(node: NodeDefinition, kind: NodeKind, name: str) -> Any:
    return node.config.get(name, kind.parameters.model_fields[name].default)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
