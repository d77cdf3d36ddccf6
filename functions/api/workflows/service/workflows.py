"""Creating, changing, listing and deleting workflows."""

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.entrypoints.paging import Paging
from docchain.events.changes import changed
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.models import Draft, Workflow, WorkflowStatus
from docchain.workflows.repository import WorkflowRepository
from functions.api.workflows.schemas import ChangeWorkflow, CreateWorkflow
from functions.api.workflows.service.events import workflow_event
from functions.api.workflows.service.nodes import written_nodes

TOLD = {"name", "description", "status", "priority", "config"}


def read_page(
    workflows: WorkflowRepository, caller: Caller, pages: Paging, skip: int
) -> tuple[list[Workflow], str | None]:
    """``skip`` counts from the start; behind a cursor it has no meaning and is ignored."""
    scope = f"workflows/{caller.tenant_id}"
    start = from_cursor(pages.cursor, scope)
    skip = 0 if start else skip
    found: list[Workflow] = []
    wanted = skip + pages.limit
    while len(found) < wanted:
        some, page = workflows.read_page(caller.tenant_id, limit=wanted - len(found), start_key=start)
        found += some
        start = page.next_key
        if start is None:
            break
    return found[skip:], to_cursor(start, scope)


def create_workflow(
    workflows: WorkflowRepository, caller: Caller, body: CreateWorkflow, key: IdempotencyKey | None
) -> Workflow:
    if key and (earlier := key.earlier_answer(workflows.table)):
        return workflows.read(caller.tenant_id, earlier["workflow_id"])
    nodes = written_nodes([n.model_dump() for n in body.nodes])
    moment = now()
    workflow = Workflow(
        id=workflows.next_id(caller.tenant_id),
        name=body.name,
        description=body.description,
        priority=body.priority,
        config=body.config,
        node_count=len(nodes),
        last_node_id=len(nodes),
        created_by=caller.username,
        created_at=moment,
        updated_at=moment,
    )
    after = {**workflow.model_dump(mode="json", include=TOLD), "node_count": len(nodes)}
    event = workflow_event("workflow.created", caller, workflow.id, name=workflow.name, **changed(None, after))
    try:
        workflows.create(caller.tenant_id, Draft(workflow=workflow, nodes=nodes), event, key)
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(workflows.table)):
            return workflows.read(caller.tenant_id, earlier["workflow_id"])
        raise
    return workflow


def change_workflow(workflows: WorkflowRepository, caller: Caller, workflow_id: int, body: ChangeWorkflow) -> Workflow:
    before = workflows.read(caller.tenant_id, workflow_id)
    changes = body.model_dump(mode="json", exclude_none=True)
    if not changes:
        return before
    if body.status:
        before.check_transition(body.status)
    if body.status == WorkflowStatus.DELETED:
        delete_workflow(workflows, caller, workflow_id)
        return before.model_copy(update={"status": WorkflowStatus.DELETED})
    told = before.model_dump(mode="json", include=set(changes))
    event = workflow_event("workflow.updated", caller, workflow_id, fields=sorted(changes), **changed(told, changes))
    return workflows.change(caller.tenant_id, workflow_id, changes, event)


def delete_workflow(workflows: WorkflowRepository, caller: Caller, workflow_id: int) -> None:
    before = workflows.read(caller.tenant_id, workflow_id).model_dump(mode="json", include=TOLD | {"node_count"})
    event = workflow_event("workflow.deleted", caller, workflow_id, name=before["name"], **changed(before, None))
    workflows.delete(caller.tenant_id, workflow_id, event)
