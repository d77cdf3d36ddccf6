"""Routes of a workflow's nodes."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.workflows.errors import NodeNotFound
from functions.api.workflows.dependencies import CanRead, CanWrite, Workflows
from functions.api.workflows.routes.workflows import WorkflowId
from functions.api.workflows.schemas import AddNode, ChangeNode, Message, NodeView
from functions.api.workflows.service import nodes as service

router = APIRouter(prefix="/api/v3/workflows/{workflow_id}/nodes", tags=["nodes"], responses=ERROR_RESPONSES)
NodeId = Annotated[int, Path(ge=1, le=10**6, description="Counts up per workflow.")]


@router.get("", summary="List the nodes in the order they were added")
async def list_nodes(workflow_id: WorkflowId, caller: CanRead, workflows: Workflows) -> list[NodeView]:
    return [NodeView.of(n) for n in workflows.read_draft(caller.tenant_id, workflow_id).nodes]


@router.post("", summary="Add a node; without depends_on it follows the one added before it")
async def add_node(
    workflow_id: WorkflowId, body: AddNode, caller: CanWrite, workflows: Workflows, key: Idempotency
) -> NodeView:
    return NodeView.of(service.add_node(workflows, caller, workflow_id, body, key))


@router.get("/{node_id}", summary="Read a node")
async def read_node(workflow_id: WorkflowId, node_id: NodeId, caller: CanRead, workflows: Workflows) -> NodeView:
    _, node = workflows.read_node(caller.tenant_id, workflow_id, node_id)
    if node is None:
        raise NodeNotFound(workflow_id, node_id)
    return NodeView.of(node)


@router.put("/{node_id}", summary="Change a node")
async def change_node(
    workflow_id: WorkflowId, node_id: NodeId, body: ChangeNode, caller: CanWrite, workflows: Workflows
) -> NodeView:
    return NodeView.of(service.change_node(workflows, caller, workflow_id, node_id, body))


@router.delete("/{node_id}", summary="Remove a node that no other node needs")
async def delete_node(workflow_id: WorkflowId, node_id: NodeId, caller: CanWrite, workflows: Workflows) -> Message:
    service.delete_node(workflows, caller, workflow_id, node_id)
    return Message(message=f"Node {node_id} deleted")
