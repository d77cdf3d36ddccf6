"""Documents up and down."""

from dataclasses import dataclass
from urllib.parse import unquote

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.documents.errors import ChecksumMismatch, DocumentEmpty, DocumentTooLarge
from docchain.documents.models import DIRECT_BYTES_MOST, DOCUMENT_BYTES_MOST, FILENAME_MOST, Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import UPLOAD_SECONDS, ContentStore, content_disposition
from docchain.errors import invalid
from docchain.extraction.errors import UnreadableDocument
from docchain.extraction.sniffing import MEDIA_TYPES, sniff_format
from docchain.ids import new_ulid
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from functions.api.workflows.run_schemas import DocumentView, FinishUpload, StartUpload, UploadView
from functions.api.workflows.service.events import document_event


@dataclass(frozen=True)
class Upload:
    filename: str
    data: bytes


async def read_upload(request: Request, filename: str | None) -> Upload:
    """A form's ``file``, or the body itself with ``?filename=``."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=10, max_part_size=DIRECT_BYTES_MOST) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise invalid("file", "is missing from the form")
            return _checked(part.filename or "document", await part.read())
    return _checked(filename or "document", await request.body())


def keep_upload(
    documents: DocumentRepository,
    contents: ContentStore,
    caller: Caller,
    upload: Upload,
    key: IdempotencyKey | None,
) -> DocumentView:
    if key and (earlier := key.earlier_answer(documents.table)):
        return document_view(documents.read(caller.tenant_id, earlier["document_id"]))
    sha256 = contents.put(caller.tenant_id, upload.data)
    document = _document(f"doc_{new_ulid()}", upload.filename, upload.data, sha256, caller)
    try:
        documents.create(caller.tenant_id, document, document_event("document.uploaded", caller, document), key)
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(documents.table)):
            return document_view(documents.read(caller.tenant_id, earlier["document_id"]))
        raise
    return document_view(document)


def start_upload(contents: ContentStore, caller: Caller, body: StartUpload) -> UploadView:
    if body.size > DOCUMENT_BYTES_MOST:
        raise DocumentTooLarge(f"The document has {body.size} bytes; at most {DOCUMENT_BYTES_MOST}.")
    upload_id = new_ulid()
    form = contents.upload_form(caller.tenant_id, upload_id)
    return UploadView(
        upload_id=upload_id,
        filename=body.filename,
        url=form["url"],
        fields=form["fields"],
        expires_in=UPLOAD_SECONDS,
    )


def finish_upload(
    documents: DocumentRepository, contents: ContentStore, caller: Caller, upload_id: str, body: FinishUpload
) -> DocumentView:
    """Repeating it gives the same document: its id is the upload's."""
    sha256, data = contents.take_upload(caller.tenant_id, upload_id)
    if body.sha256 and body.sha256 != sha256:
        raise ChecksumMismatch(f"What arrived has the SHA-256 {sha256}.", details=[{"field": "sha256"}])
    document = _document(f"doc_{upload_id}", body.filename, data, sha256, caller)
    # The same upload has the same event: taking it over twice is told once.
    event = document_event("document.uploaded", caller, document).model_copy(update={"id": upload_id})
    try:
        documents.create(caller.tenant_id, document, event)
    except ConditionFailed:
        return document_view(documents.read(caller.tenant_id, document.id))
    return document_view(document)


def delete_document(documents: DocumentRepository, caller: Caller, document_id: str) -> None:
    documents.delete(caller.tenant_id, document_id, lambda gone: document_event("document.deleted", caller, gone))


def content_response(contents: ContentStore, caller: Caller, document: Document) -> Response:
    if document.size > DIRECT_BYTES_MOST:
        raise DocumentTooLarge(
            f"The document has {document.size} bytes, more than an answer can carry; use the card's download_url."
        )
    headers = {
        "content-disposition": content_disposition(document.filename),
        "etag": f'"{document.sha256}"',
        # Never rendered by a browser in our origin, whatever the file says it is.
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
    }
    return Response(contents.get(caller.tenant_id, document.sha256), media_type=document.media_type, headers=headers)


def document_view(document: Document, download_url: str | None = None) -> DocumentView:
    return DocumentView(download_url=download_url, **document.model_dump())


def _document(document_id: str, filename: str, data: bytes, sha256: str, caller: Caller) -> Document:
    return Document(
        id=document_id,
        filename=safe_name(filename),
        media_type=media_type_of(data, filename),
        size=len(data),
        sha256=sha256,
        origin={"kind": "upload", "user_id": caller.user_id},
        created_at=now(),
        created_by=caller.username,
    )


def media_type_of(data: bytes, filename: str) -> str:
    """From the bytes. What no node can read may still be kept: the node that meets it will say so."""
    try:
        found, _ = sniff_format(data, filename)
    except UnreadableDocument:
        return "application/octet-stream"
    return MEDIA_TYPES[found]


def _checked(filename: str, data: bytes) -> Upload:
    if not data:
        raise DocumentEmpty
    if len(data) > DIRECT_BYTES_MOST:
        raise DocumentTooLarge(
            f"The document has {len(data)} bytes; at most {DIRECT_BYTES_MOST} in one request. "
            "For more, POST /api/v3/workflows/documents/uploads gives a presigned form."
        )
    return Upload(filename, data)


def safe_name(filename: str) -> str:
    """The last part of whatever path a client sent, without control characters."""
    last = unquote(filename).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:FILENAME_MOST] or "document"
