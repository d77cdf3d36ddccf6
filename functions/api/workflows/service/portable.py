"""Workflows that come from a document or from another workflow."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.definitions.checks import require_valid
from docchain.definitions.normalise import normalise
from docchain.storage.idempotency import IdempotencyKey
from docchain.templates.models import WorkflowTemplate
from docchain.templates.settling import settled_nodes
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.models import Node, Workflow
from docchain.workflows.portable import exported_draft, exported_version
from docchain.workflows.repository import WorkflowRepository
from functions.api.workflows.portable_schemas import WorkflowDocument
from functions.api.workflows.service.nodes import written_nodes
from functions.api.workflows.service.workflows import keep_new

_NAME_MOST = 200
_COPY = " (copy)"


def export_workflow(
    workflows: WorkflowRepository, definitions: DefinitionReader, caller: Caller, workflow_id: int, version: int | None
) -> dict[str, Any]:
    if version is None:
        return exported_draft(workflows.read_draft(caller.tenant_id, workflow_id))
    workflow = workflows.read(caller.tenant_id, workflow_id)
    return exported_version(workflow, definitions.read(caller.tenant_id, workflow_id, version))


def import_workflow(
    workflows: WorkflowRepository,
    caller: Caller,
    document: WorkflowDocument,
    key: IdempotencyKey | None,
    *,
    unfinished: bool = False,
    **told: Any,
) -> Workflow:
    """Raises ``DefinitionInvalid`` with all findings, unless an ``unfinished`` one is welcome as a draft."""
    if key and (earlier := key.earlier_answer(workflows.table)):
        return workflows.read(caller.tenant_id, earlier["workflow_id"])
    nodes = written_nodes([n.model_dump() for n in document.nodes])
    if not unfinished:
        check_nodes(nodes)
    return keep_new(workflows, caller, document.workflow.model_dump(), nodes, key, **told)


def take_template(
    workflows: WorkflowRepository,
    caller: Caller,
    template: WorkflowTemplate,
    name: str | None,
    settings: dict[str, Any],
    key: IdempotencyKey | None,
) -> Workflow:
    """Raises ``SettingsInvalid``, and ``DefinitionInvalid`` where a node refuses what was settled."""
    if key and (earlier := key.earlier_answer(workflows.table)):
        return workflows.read(caller.tenant_id, earlier["workflow_id"])
    nodes = written_nodes([{"on_error": "fail", **n} for n in settled_nodes(template, settings)])
    check_nodes(nodes)
    fields = {
        "name": name or template.title,
        "description": template.description,
        "tags": list(template.tags),
        # What a run of it is to be given, for whoever makes a form of it.
        "config": {"template": template.name, "parameters": template.model_dump(mode="json")["parameters"]},
    }
    return keep_new(workflows, caller, fields, nodes, key, template=template.name)


def check_nodes(nodes: list[Node]) -> None:
    require_valid(normalise([n.as_written() for n in nodes]))


def clone_workflow(
    workflows: WorkflowRepository, caller: Caller, workflow_id: int, name: str | None, key: IdempotencyKey | None
) -> Workflow:
    """The draft as it is, with its nodes' ids and keys; versions and runs stay with the original."""
    if key and (earlier := key.earlier_answer(workflows.table)):
        return workflows.read(caller.tenant_id, earlier["workflow_id"])
    draft = workflows.read_draft(caller.tenant_id, workflow_id)
    moment = now()
    nodes = [n.model_copy(update={"created_at": moment, "updated_at": moment}) for n in draft.nodes]
    fields = draft.workflow.model_dump(include={"description", "priority", "config", "tags"})
    fields["name"] = name or draft.workflow.name[: _NAME_MOST - len(_COPY)] + _COPY
    return keep_new(workflows, caller, fields, nodes, key, cloned_from=workflow_id)
