"""What a node sees: the run's parameters, its own input, and the outputs of the nodes before it."""

from typing import Any

from docchain.definitions.models import NodeDefinition
from docchain.documents.store import ContentStore
from docchain.nodes.kind import NodeKind, Parameters
from docchain.runs.models import NodeRecord, NodeStatus, Run
from docchain.runs.outputs import read_output
from docchain.templating.render import render_template, render_value

# Its source may be HTML, where values must be escaped; every other template makes plain text.
_TEMPLATE_KIND = "document_template"


def scope_of(
    contents: ContentStore,
    tenant_id: str,
    run: Run,
    node: NodeDefinition,
    records: dict[str, NodeRecord],
    place: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """``nodes.x`` is ``None`` for a node that a condition passed by or that failed, so that templates can ask for it;
    ``errors.x`` is ``None`` for one that did not fail.

    ``input`` is the run's parameters with the node's own ``input_data`` over them. ``place`` is the ``item`` and
    ``index`` of a node inside a foreach.
    """
    outputs: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for key in {*node.sources, *records} - {node.key}:
        record = records.get(key)
        done = record is not None and record.status == NodeStatus.COMPLETED
        outputs[key] = read_output(contents, tenant_id, record) if record and done else None
        errors[key] = _error_of(record) if record and record.status == NodeStatus.FAILED else None
    scope: dict[str, Any] = {
        "nodes": outputs,
        "errors": errors,
        "params": run.params,
        "input": run.params,
        **(place or {}),
        "run": {"id": run.id, "workflow_id": run.workflow_id, "version": run.version, "started_at": run.started_at},
    }
    return scope | {"input": {**run.params, **render_value(node.input_data, scope)}}


def _error_of(record: NodeRecord) -> dict[str, Any]:
    told = record.error or {}
    return {"code": told.get("code", "STEP_FAILED"), "message": told.get("message", "The node failed.")}


def configured(node: NodeDefinition, kind: NodeKind, scope: dict[str, Any]) -> Parameters:
    """The node's parameters with their templates rendered. They were checked when the version was published."""
    config = kind.parameters.model_validate(node.config)
    rendered: dict[str, Any] = {}
    for name in kind.templates:
        source = getattr(config, name)
        if source is None:
            continue
        if kind.name == _TEMPLATE_KIND and name == "template":
            rendered[name] = render_template(source, scope, autoescape=config.model_dump()["format"] == "html")
        else:
            rendered[name] = render_value(source, scope)
    return config.model_copy(update=rendered)
