"""A workflow as one JSON document that any tenant of any stage can take in: no ids, only keys."""

from typing import Any, Final

from docchain.definitions.models import WorkflowDefinition
from docchain.workflows.models import Draft, Workflow

FORMAT: Final = "docchain-workflow"
FORMAT_VERSION: Final = 1

_CARD = {"name", "description", "priority", "config", "tags"}
_OPTIONAL = ("description", "config", "input_data", "retry", "timeout_seconds", "compensate_with")


def exported_draft(draft: Draft) -> dict[str, Any]:
    """Nodes as they were written, in their order: one without ``depends_on`` follows the one before it."""
    keys = {n.id: n.key for n in draft.nodes}
    nodes = []
    for node in draft.nodes:
        written = _lean(node.as_written())
        if node.depends_on is not None:
            written["depends_on"] = [_by_key(d, keys) for d in node.depends_on]
        nodes.append(written)
    return _document(draft.workflow, nodes)


def exported_version(workflow: Workflow, definition: WorkflowDefinition) -> dict[str, Any]:
    nodes = []
    for node in definition.nodes:
        written = _lean(node.model_dump(mode="json"))
        written["depends_on"] = [
            {"node": e.source_key, "outcome": e.outcome} if e.outcome else e.source_key for e in node.depends_on
        ]
        nodes.append(written)
    return _document(workflow, nodes)


def _document(workflow: Workflow, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    card = workflow.model_dump(mode="json", include=_CARD)
    return {"format": FORMAT, "format_version": FORMAT_VERSION, "workflow": card, "nodes": nodes}


def _lean(node: dict[str, Any]) -> dict[str, Any]:
    kept = {name: node[name] for name in ("key", "name", "node_type", "on_error")}
    return {**kept, **{name: node[name] for name in _OPTIONAL if node.get(name)}}


def _by_key(dependency: Any, keys: dict[int, str]) -> Any:
    """An id is another one where the document arrives."""
    if isinstance(dependency, dict):
        return {**dependency, "node": _by_key(dependency.get("node"), keys)}
    node, colon, outcome = str(dependency).partition(":")
    number = node.strip()
    known = keys.get(int(number)) if number.isascii() and number.isdecimal() else None
    return f"{known}{colon}{outcome}" if known else dependency
