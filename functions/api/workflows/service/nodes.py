"""Adding, changing and removing the nodes of a draft."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.definitions.slugs import free_key
from docchain.errors import invalid
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.nodes.catalogue import get as kind_named
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.errors import NodeInUse, NodeKeyTaken, NodeNotFound
from docchain.workflows.models import NODES_MOST, Draft, Node
from docchain.workflows.repository import WorkflowRepository
from functions.api.workflows.schemas import AddNode, ChangeNode
from functions.api.workflows.service.events import workflow_event


def written_nodes(raw: list[dict[str, Any]]) -> list[Node]:
    """Nodes given together with a new workflow: ids from 1, keys from names where none is given."""
    nodes: list[Node] = []
    for position, fields in enumerate(raw):
        taken = {n.key for n in nodes}
        nodes.append(_node(fields, position + 1, taken))
    return nodes


def add_node(
    workflows: WorkflowRepository, caller: Caller, workflow_id: int, body: AddNode, key: IdempotencyKey | None
) -> Node:
    if key and (earlier := key.earlier_answer(workflows.table)):
        return _existing(workflows, caller, workflow_id, earlier["node_id"])
    draft = workflows.read_draft(caller.tenant_id, workflow_id)
    if len(draft.nodes) >= NODES_MOST:
        raise invalid("node", f"the workflow has {NODES_MOST} nodes, which is the most")
    taken = {n.key for n in draft.nodes}
    node = _node(body.model_dump(), draft.workflow.last_node_id + 1, taken)
    try:
        _save(workflows, caller, draft, "node.added", node, key=key, answer={"node_id": node.id})
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(workflows.table)):
            return _existing(workflows, caller, workflow_id, earlier["node_id"])
        raise
    return node


def change_node(
    workflows: WorkflowRepository, caller: Caller, workflow_id: int, node_id: int, body: ChangeNode
) -> Node:
    workflow, node = workflows.read_node(caller.tenant_id, workflow_id, node_id)
    if node is None:
        raise NodeNotFound(workflow_id, node_id)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("node_type"):
        kind_named(changes["node_type"])
    after = node.model_copy(update={**_without_null(changes), "updated_at": now()})
    workflows.change_nodes(
        caller.tenant_id,
        workflow,
        put=[after],
        node_count=workflow.node_count,
        event=_event(
            "node.updated", caller, workflow_id, after, fields=sorted(changes), **changed(_told(node), _told(after))
        ),
    )
    return after


def delete_node(workflows: WorkflowRepository, caller: Caller, workflow_id: int, node_id: int) -> None:
    """Refused while others name it: a silent re-wiring would change what the workflow means."""
    draft = workflows.read_draft(caller.tenant_id, workflow_id)
    node = next((n for n in draft.nodes if n.id == node_id), None)
    if node is None:
        raise NodeNotFound(workflow_id, node_id)
    users = [n.key for n in draft.nodes if n.depends_on and any(_names(d, node) for d in n.depends_on)]
    if users:
        raise NodeInUse(f"Node {node.key!r} is needed by {', '.join(users)}.", details={"needed_by": users})
    workflows.change_nodes(
        caller.tenant_id,
        draft.workflow,
        delete=[node_id],
        node_count=len(draft.nodes) - 1,
        event=_event("node.deleted", caller, workflow_id, node, **changed(_told(node), None)),
    )


def _existing(workflows: WorkflowRepository, caller: Caller, workflow_id: int, node_id: int) -> Node:
    _, node = workflows.read_node(caller.tenant_id, workflow_id, node_id)
    if node is None:
        raise NodeNotFound(workflow_id, node_id)
    return node


def _save(
    workflows: WorkflowRepository,
    caller: Caller,
    draft: Draft,
    kind: str,
    node: Node,
    *,
    key: IdempotencyKey | None,
    answer: dict[str, Any],
) -> None:
    workflows.change_nodes(
        caller.tenant_id,
        draft.workflow,
        put=[node],
        node_count=len(draft.nodes) + 1,
        event=_event(kind, caller, draft.workflow.id, node, **changed(None, _told(node))),
        key=key,
        answer=answer,
    )


def _node(fields: dict[str, Any], node_id: int, taken: set[str]) -> Node:
    """An unknown kind is refused at once; what else is wrong is told by validate and publish, all together."""
    kind_named(fields["node_type"])
    if fields.get("key") in taken:
        raise NodeKeyTaken(fields["key"])
    moment = now()
    given = _without_null({k: v for k, v in fields.items() if k != "key"})
    key = fields.get("key") or free_key(fields["name"], node_id, taken)
    return Node(id=node_id, key=key, created_at=moment, updated_at=moment, **given)


def _without_null(fields: dict[str, Any]) -> dict[str, Any]:
    """``null`` for an object means "empty"; for ``depends_on`` it means "the node before me"."""
    nullable = {"description", "depends_on", "retry", "timeout_seconds"}
    return {k: v for k, v in fields.items() if v is not None or k in nullable}


def _names(dependency: Any, node: Node) -> bool:
    target = dependency.get("node") if isinstance(dependency, dict) else dependency
    return str(target).split(":")[0] in {node.key, str(node.id)}


def _event(kind: str, caller: Caller, workflow_id: int, node: Node, **data: Any) -> Event:
    return workflow_event(kind, caller, workflow_id, node_id=node.id, node=node.key, **data)


def _told(node: Node) -> dict[str, Any]:
    return node.model_dump(mode="json", exclude={"id", "key", "created_at", "updated_at"})
