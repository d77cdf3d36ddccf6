"""Routes that check, publish and list versions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Request, Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.workflows.publishing import definition_of
from functions.api.workflows.dependencies import CanRead, CanWrite, Definitions, Publishing, Workflows
from functions.api.workflows.routes.workflows import WorkflowId
from functions.api.workflows.run_schemas import GraphView
from functions.api.workflows.schemas import (
    PublishDraft,
    RollBack,
    ValidationView,
    VersionDetail,
    VersionDiff,
    VersionView,
)
from functions.api.workflows.service import versions as service
from functions.api.workflows.service.graphs import GraphFormat, graph_answer

router = APIRouter(prefix="/api/v3/workflows/{workflow_id}", tags=["versions"], responses=ERROR_RESPONSES)
VersionNumber = Annotated[int, Path(ge=1, le=10**6, description="Counts up per workflow.")]


@router.post("/validate", summary="All that is wrong with the draft, at once")
async def validate_workflow(workflow_id: WorkflowId, caller: CanRead, workflows: Workflows) -> ValidationView:
    return service.validate_draft(workflows.read_draft(caller.tenant_id, workflow_id))


@router.post("/publish", summary="Make the draft the version that runs")
async def publish_workflow(
    workflow_id: WorkflowId,
    caller: CanWrite,
    workflows: Workflows,
    publisher: Publishing,
    body: Annotated[PublishDraft | None, Body()] = None,
) -> VersionView:
    draft = workflows.read_draft(caller.tenant_id, workflow_id)
    note = body.note if body else None
    return service.version_view(publisher.publish(caller.tenant_id, draft, caller.username, note))


@router.post("/rollback", summary="Make an earlier version run again, as a new version; the draft stays")
async def roll_back(
    workflow_id: WorkflowId, body: RollBack, caller: CanWrite, workflows: Workflows, publisher: Publishing
) -> VersionView:
    workflow = workflows.read(caller.tenant_id, workflow_id)
    version = publisher.roll_back(caller.tenant_id, workflow, body.version, caller.username, body.note)
    return service.version_view(version)


@router.get("/versions", summary="List versions, newest first")
async def list_versions(
    workflow_id: WorkflowId,
    request: Request,
    response: Response,
    caller: CanRead,
    workflows: Workflows,
    publisher: Publishing,
    pages: Pages,
) -> list[VersionView]:
    workflows.read(caller.tenant_id, workflow_id)
    scope = f"versions/{caller.tenant_id}/{workflow_id}"
    found, page = publisher.versions.read_page(
        caller.tenant_id, workflow_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope)
    )
    link_next(request, response, to_cursor(page.next_key, scope))
    return [service.version_view(v) for v in found]


@router.get("/versions/{version}", summary="Read a version with its definition")
async def read_version(
    workflow_id: WorkflowId, version: VersionNumber, caller: CanRead, workflows: Workflows, publisher: Publishing
) -> VersionDetail:
    workflows.read(caller.tenant_id, workflow_id)
    return service.version_detail(publisher.versions.read(caller.tenant_id, workflow_id, version))


@router.get("/versions/{version}/diff/{other}", summary="What changed, node by node; either side may be `draft`")
async def read_diff(
    workflow_id: WorkflowId,
    version: VersionNumber | Literal["draft"],
    other: VersionNumber | Literal["draft"],
    caller: CanRead,
    workflows: Workflows,
    definitions: Definitions,
) -> VersionDiff:
    return service.diff_view(workflows, definitions, caller.tenant_id, workflow_id, version, other)


@router.get(
    "/versions/{version}/graph", summary="A version as nodes and edges, Mermaid or SVG", response_model=GraphView
)
async def read_version_graph(
    workflow_id: WorkflowId,
    version: VersionNumber,
    caller: CanRead,
    workflows: Workflows,
    definitions: Definitions,
    format_: GraphFormat = "json",
) -> GraphView | Response:
    workflows.read(caller.tenant_id, workflow_id)
    return graph_answer(definitions.read(caller.tenant_id, workflow_id, version), format_)


@router.get("/graph", summary="The draft as nodes and edges, Mermaid or SVG", response_model=GraphView)
async def read_graph(
    workflow_id: WorkflowId, caller: CanRead, workflows: Workflows, format_: GraphFormat = "json"
) -> GraphView | Response:
    return graph_answer(definition_of(workflows.read_draft(caller.tenant_id, workflow_id)), format_)
