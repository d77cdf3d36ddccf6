"""Routes of documents: up, down, and their cards."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.workflows.dependencies import CanRead, CanWrite, Contents, Documents
from functions.api.workflows.document_schemas import COLLECTION_ID, TAG, ChangeDocument
from functions.api.workflows.run_schemas import DocumentView, FinishUpload, StartUpload, UploadView
from functions.api.workflows.schemas import Message
from functions.api.workflows.service import document_library as library
from functions.api.workflows.service import documents as service

router = APIRouter(prefix="/api/v3/workflows/documents", tags=["documents"], responses=ERROR_RESPONSES)
DocumentId = Annotated[str, Path(pattern=r"^doc_[A-Za-z0-9_-]{1,120}$")]
UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("", summary="List documents, newest first: all, or those of a tag, a collection or a type")
async def list_documents(
    request: Request,
    response: Response,
    caller: CanRead,
    documents: Documents,
    pages: Pages,
    tag: Annotated[str | None, Query(pattern=TAG)] = None,
    collection: Annotated[str | None, Query(pattern=COLLECTION_ID)] = None,
    media_type: Annotated[str | None, Query(max_length=200)] = None,
) -> list[DocumentView]:
    asked = library.Filter(tag, collection, media_type)
    scope = f"documents/{caller.tenant_id}/{asked.scope}"
    start = from_cursor(pages.cursor, scope)
    found, page = library.read_page(documents, caller.tenant_id, asked, limit=pages.limit, start_key=start)
    link_next(request, response, to_cursor(page.next_key, scope))
    return [service.document_view(d) for d in found]


@router.post(
    "", summary="Upload a document of at most 4 MB, as a form's file or as the body", openapi_extra=UPLOAD_BODY
)
async def upload_document(
    request: Request,
    caller: CanWrite,
    documents: Documents,
    contents: Contents,
    key: Idempotency,
    filename: Annotated[str | None, Query(max_length=255, description="For a body that is not a form.")] = None,
) -> DocumentView:
    upload = await service.read_upload(request, filename)
    return service.keep_upload(documents, contents, caller, upload, key)


@router.post("/uploads", summary="A presigned form for a document of up to 50 MB")
async def start_upload(body: StartUpload, caller: CanWrite, contents: Contents) -> UploadView:
    return service.start_upload(contents, caller, body)


@router.post("/uploads/{upload_id}/complete", summary="Take over what was uploaded to the presigned form")
async def finish_upload(
    upload_id: Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")],
    body: FinishUpload,
    caller: CanWrite,
    documents: Documents,
    contents: Contents,
) -> DocumentView:
    return service.finish_upload(documents, contents, caller, upload_id, body)


@router.get("/{document_id}", summary="Read a document's card, with a download link")
async def read_document(
    document_id: DocumentId, caller: CanRead, documents: Documents, contents: Contents
) -> DocumentView:
    document = documents.read(caller.tenant_id, document_id)
    url = contents.download_url(caller.tenant_id, document.sha256, document.filename, document.media_type)
    return service.document_view(document, url)


@router.get(
    "/{document_id}/content",
    summary="Download a document of at most 4 MB; larger ones by the card's link",
    response_class=Response,
    responses={200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_document(
    document_id: DocumentId, caller: CanRead, documents: Documents, contents: Contents
) -> Response:
    return service.content_response(contents, caller, documents.read(caller.tenant_id, document_id))


@router.patch("/{document_id}", summary="Rename a document, or give it other tags or metadata")
async def change_document(
    document_id: DocumentId, body: ChangeDocument, caller: CanWrite, documents: Documents
) -> DocumentView:
    return service.document_view(library.change_document(documents, caller, document_id, body))


@router.delete("/{document_id}", summary="Forget a document's card and its versions")
async def delete_document(document_id: DocumentId, caller: CanWrite, documents: Documents) -> Message:
    service.delete_document(documents, caller, document_id)
    return Message(message=f"Document {document_id} deleted")
