"""Creating, changing, listing and deleting workflows."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.entrypoints.paging import Paging
from docchain.errors import invalid
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.errors import WorkflowChanged
from docchain.workflows.listing import Wanted, find_workflows
from docchain.workflows.models import Draft, Node, Workflow, WorkflowStatus
from docchain.workflows.repository import WorkflowRepository
from docchain.workflows.run_policy import policy_of
from functions.api.workflows.schemas import ChangeWorkflow, CreateWorkflow
from functions.api.workflows.service.events import workflow_event
from functions.api.workflows.service.nodes import written_nodes

TOLD = {"name", "description", "status", "priority", "config", "tags"}
_ATTEMPTS = 3


def read_page(
    workflows: WorkflowRepository, caller: Caller, pages: Paging, skip: int, wanted: Wanted
) -> tuple[list[Workflow], str | None]:
    """``skip`` counts from the start; behind a cursor it has no meaning and is ignored."""
    asked = (wanted.tag or "", wanted.status or "", " ".join(wanted.words), wanted.sort or "")
    scope = "/".join(["workflows", caller.tenant_id, *asked])
    start = from_cursor(pages.cursor, scope)
    if start and not isinstance(start.get("skip", 0), int):
        raise invalid("cursor", "is not one that this list gave out")
    found, following = find_workflows(
        workflows.table, caller.tenant_id, wanted, limit=pages.limit, skip=skip, start=start
    )
    return found, to_cursor(following, scope)


def create_workflow(
    workflows: WorkflowRepository, caller: Caller, body: CreateWorkflow, key: IdempotencyKey | None
) -> Workflow:
    if key and (earlier := key.earlier_answer(workflows.table)):
        return workflows.read(caller.tenant_id, earlier["workflow_id"])
    nodes = written_nodes([n.model_dump() for n in body.nodes])
    return keep_new(workflows, caller, body.model_dump(exclude={"nodes"}), nodes, key)


def keep_new(
    workflows: WorkflowRepository,
    caller: Caller,
    fields: dict[str, Any],
    nodes: list[Node],
    key: IdempotencyKey | None,
    **told: Any,
) -> Workflow:
    """A workflow that is new with all its nodes, whatever it was made from; ``told`` says what that was."""
    policy_of(fields.get("config"))
    moment = now()
    workflow = Workflow(
        **fields,
        id=workflows.next_id(caller.tenant_id),
        node_count=len(nodes),
        last_node_id=max((n.id for n in nodes), default=0),
        created_by=caller.username,
        created_at=moment,
        updated_at=moment,
    )
    after = {**workflow.model_dump(mode="json", include=TOLD), "node_count": len(nodes)}
    event = workflow_event("workflow.created", caller, workflow.id, name=workflow.name, **told, **changed(None, after))
    try:
        workflows.create(caller.tenant_id, Draft(workflow=workflow, nodes=nodes), event, key)
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(workflows.table)):
            return workflows.read(caller.tenant_id, earlier["workflow_id"])
        raise
    return workflow


def change_workflow(workflows: WorkflowRepository, caller: Caller, workflow_id: int, body: ChangeWorkflow) -> Workflow:
    """Reads again when somebody else was faster: a change names fields, and those of others are not touched.

    Raises ``IllegalTransition`` with the statuses that are allowed, by the status at the moment of the write.
    """
    changes = body.model_dump(mode="json", exclude_none=True)
    for attempt in range(_ATTEMPTS):
        before = workflows.read(caller.tenant_id, workflow_id, consistent=attempt > 0)
        try:
            return change_read(workflows, caller, before, changes)
        except WorkflowChanged:
            continue
    raise WorkflowChanged


def change_read(workflows: WorkflowRepository, caller: Caller, before: Workflow, changes: dict[str, Any]) -> Workflow:
    """Raises ``WorkflowChanged``, ``IllegalTransition``."""
    told = before.model_dump(mode="json", include=set(changes))
    changes = {name: value for name, value in changes.items() if told[name] != value}
    if not changes:
        return before
    after = changes.get("status")
    if after:
        before.check_transition(WorkflowStatus(after))
    if after == WorkflowStatus.DELETED:
        delete_read(workflows, caller, before)
        return before.model_copy(update={"status": WorkflowStatus.DELETED})
    events = _told_of(caller, before, changes, told)
    return workflows.change(caller.tenant_id, before, {**changes, **_revision_after(before, changes)}, events)


def _revision_after(before: Workflow, changes: dict[str, Any]) -> dict[str, int]:
    """How long a run may take is compiled into its version: a change of it is one to be published."""
    if "config" not in changes:
        return {}
    after = policy_of(changes["config"]).timeout_seconds
    was = before.config.get("timeout_seconds") if before.config else None
    return {} if after == was else {"revision": before.revision + 1}


def delete_workflow(workflows: WorkflowRepository, caller: Caller, workflow_id: int) -> None:
    for attempt in range(_ATTEMPTS):
        before = workflows.read(caller.tenant_id, workflow_id, consistent=attempt > 0)
        try:
            return delete_read(workflows, caller, before)
        except WorkflowChanged:
            continue
    raise WorkflowChanged


def delete_read(workflows: WorkflowRepository, caller: Caller, before: Workflow) -> None:
    card = before.model_dump(mode="json", include=TOLD | {"node_count"})
    event = workflow_event("workflow.deleted", caller, before.id, name=before.name, **changed(card, None))
    workflows.delete(caller.tenant_id, before, event)


def _told_of(caller: Caller, before: Workflow, changes: dict[str, Any], told: dict[str, Any]) -> list[Event]:
    """A new status is a fact of its own: what listens for it need not look into every change of a name."""
    events = []
    fields = {name: value for name, value in changes.items() if name != "status"}
    if fields:
        change = changed({n: told[n] for n in fields}, fields)
        events.append(workflow_event("workflow.updated", caller, before.id, fields=sorted(fields), **change))
    if "status" in changes:
        change = changed({"status": before.status.value}, {"status": changes["status"]})
        events.append(workflow_event("workflow.status_changed", caller, before.id, **change))
    return events
