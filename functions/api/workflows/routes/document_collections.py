"""Routes of collections of documents, and of how much is kept."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.workflows.dependencies import CanRead, CanWrite, Collections, Documents
from functions.api.workflows.document_schemas import COLLECTION_ID, CollectionView, NewCollection, QuotaView
from functions.api.workflows.routes.documents import DocumentId
from functions.api.workflows.run_schemas import DocumentView
from functions.api.workflows.schemas import Message
from functions.api.workflows.service import document_library as library
from functions.api.workflows.service.documents import document_view

router = APIRouter(prefix="/api/v3/workflows/documents", tags=["documents"], responses=ERROR_RESPONSES)
CollectionId = Annotated[str, Path(pattern=COLLECTION_ID)]


@router.get("/quota", summary="How much the tenant keeps and may keep")
async def read_quota(caller: CanRead, documents: Documents) -> QuotaView:
    usage = documents.quota.read(caller.tenant_id)
    return QuotaView(
        bytes=usage.bytes,
        bytes_most=usage.bytes_most,
        documents=usage.documents,
        documents_most=usage.documents_most,
    )


@router.get("/collections", summary="List collections in the order they were made")
async def list_collections(
    request: Request, response: Response, caller: CanRead, collections: Collections, pages: Pages
) -> list[CollectionView]:
    scope = f"collections/{caller.tenant_id}"
    start = from_cursor(pages.cursor, scope)
    found, page = collections.read_page(caller.tenant_id, limit=pages.limit, start_key=start)
    link_next(request, response, to_cursor(page.next_key, scope))
    return [CollectionView(**collection.model_dump()) for collection in found]


@router.post("/collections", summary="Make a collection")
async def create_collection(
    body: NewCollection, caller: CanWrite, collections: Collections, key: Idempotency
) -> CollectionView:
    return CollectionView(**library.create_collection(collections, caller, body, key).model_dump())


@router.get("/collections/{collection_id}", summary="Read a collection; its documents: GET documents?collection=")
async def read_collection(collection_id: CollectionId, caller: CanRead, collections: Collections) -> CollectionView:
    return CollectionView(**collections.read(caller.tenant_id, collection_id).model_dump())


@router.delete("/collections/{collection_id}", summary="Delete an empty collection")
async def delete_collection(collection_id: CollectionId, caller: CanWrite, collections: Collections) -> Message:
    library.delete_collection(collections, caller, collection_id)
    return Message(message=f"Collection {collection_id} deleted")


@router.put("/collections/{collection_id}/documents/{document_id}", summary="Put a document into a collection")
async def add_to_collection(
    collection_id: CollectionId,
    document_id: DocumentId,
    caller: CanWrite,
    documents: Documents,
    collections: Collections,
) -> DocumentView:
    return document_view(library.collect(documents, collections, caller, collection_id, document_id, is_in=True))


@router.delete("/collections/{collection_id}/documents/{document_id}", summary="Take a document out of a collection")
async def remove_from_collection(
    collection_id: CollectionId,
    document_id: DocumentId,
    caller: CanWrite,
    documents: Documents,
    collections: Collections,
) -> DocumentView:
    return document_view(library.collect(documents, collections, caller, collection_id, document_id, is_in=False))
