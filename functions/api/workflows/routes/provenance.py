"""Where a document came from."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.provenance.walk import DEPTH_MOST
from docchain.storage.cursors import from_cursor, position_in, to_cursor
from functions.api.workflows.dependencies import CanRead, Definitions, Documents, Runs
from functions.api.workflows.proof_schemas import ProvenanceView
from functions.api.workflows.routes.documents import DocumentId
from functions.api.workflows.service.provenance import provenance_of

router = APIRouter(prefix="/api/v3/workflows/documents", tags=["documents"], responses=ERROR_RESPONSES)


@router.get("/{document_id}/provenance", summary="Run, nodes, prompts, models and parents of a document, to the root")
def read_provenance(
    request: Request,
    response: Response,
    document_id: DocumentId,
    caller: CanRead,
    documents: Documents,
    runs: Runs,
    definitions: Definitions,
    pages: Pages,
    depth: Annotated[int, Query(ge=1, le=DEPTH_MOST, description="Generations back, at most.")] = DEPTH_MOST,
) -> ProvenanceView:
    scope = f"provenance/{caller.tenant_id}/{document_id}/{depth}"
    start = from_cursor(pages.cursor, scope)
    first = position_in(start, "first") if start is not None else 0
    view, after = provenance_of(
        documents,
        runs,
        definitions,
        caller.tenant_id,
        document_id,
        depth=depth,
        first=first,
        limit=pages.limit,
    )
    link_next(request, response, to_cursor(None if after is None else {"first": after}, scope))
    return view
