"""Routes of a document's versions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from docchain.documents.models import VERSIONS_MOST
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.workflows.dependencies import CanRead, CanWrite, Contents, Documents
from functions.api.workflows.routes.documents import UPLOAD_BODY, DocumentId
from functions.api.workflows.run_schemas import DocumentView
from functions.api.workflows.service import document_library as library
from functions.api.workflows.service.documents import document_view, read_upload

router = APIRouter(prefix="/api/v3/workflows/documents", tags=["documents"], responses=ERROR_RESPONSES)


@router.get("/{document_id}/versions", summary=f"List a document's versions, newest first: {VERSIONS_MOST} at most")
async def list_versions(document_id: DocumentId, caller: CanRead, documents: Documents) -> list[DocumentView]:
    return [document_view(version) for version in documents.read_versions(caller.tenant_id, document_id)]


@router.post(
    "/{document_id}/versions", summary="Upload new content for a document that was uploaded", openapi_extra=UPLOAD_BODY
)
async def add_version(
    document_id: DocumentId,
    request: Request,
    caller: CanWrite,
    documents: Documents,
    contents: Contents,
    key: Idempotency,
    filename: Annotated[str | None, Query(max_length=255, description="For a body that is not a form.")] = None,
) -> DocumentView:
    # Before the body is looked at: whose document it is comes first.
    before = documents.read(caller.tenant_id, document_id, consistent=True)
    upload = await read_upload(request, filename)
    return document_view(library.add_version(documents, contents, caller, before, upload, key))


@router.get("/{document_id}/versions/{version}", summary="Read a version's card, with a download link")
async def read_version(
    document_id: DocumentId,
    version: Annotated[int, Path(ge=1, le=VERSIONS_MOST)],
    caller: CanRead,
    documents: Documents,
    contents: Contents,
) -> DocumentView:
    document = documents.read_version(caller.tenant_id, document_id, version)
    url = contents.download_url(caller.tenant_id, document.sha256, document.filename, document.media_type)
    return document_view(document, url)
