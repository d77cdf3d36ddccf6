"""Edits of a replay: the definition as it would be with other configs or inputs for some of its nodes."""

from collections.abc import Mapping
from typing import Any

from docchain.definitions.checks import require_valid
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.replay.errors import NoSuchNode
from docchain.replay.models import NodeEdit


def edited(definition: WorkflowDefinition, edits: Mapping[str, NodeEdit]) -> WorkflowDefinition:
    """Raises ``NoSuchNode``, and ``DefinitionInvalid`` with every finding."""
    if not edits:
        return definition
    if strange := sorted(set(edits) - {n.key for n in definition.nodes}):
        raise NoSuchNode(strange, "edits")
    nodes = tuple(_edited(n, edits[n.key]) if n.key in edits else n for n in definition.nodes)
    changed = definition.model_copy(update={"nodes": nodes})
    require_valid(changed)
    return changed


def _edited(node: NodeDefinition, edit: NodeEdit) -> NodeDefinition:
    changes = {"config": _merged(node.config, edit.config), "input_data": _merged(node.input_data, edit.input_data)}
    return node.model_copy(update=changes)


def _merged(before: dict[str, Any], edit: dict[str, Any] | None) -> dict[str, Any]:
    after = {**before, **(edit or {})}
    return {name: value for name, value in after.items() if not (value is None and name in (edit or {}))}
