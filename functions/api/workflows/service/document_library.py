"""Documents as a library: lists of some of them, changes of their cards, versions, collections."""

from dataclasses import dataclass

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.documents.collections import CollectionRepository
from docchain.documents.errors import DocumentOfARun, TooManyVersions
from docchain.documents.models import COLLECTIONS_MOST, VERSIONS_MOST, Collection, Document
from docchain.documents.repository import DocumentRepository, collection_list, tag_list
from docchain.documents.store import ContentStore
from docchain.errors import invalid
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.table import Action, Page
from functions.api.workflows.document_schemas import ChangeDocument, NewCollection
from functions.api.workflows.service.documents import Upload, media_type_of, safe_name
from functions.api.workflows.service.events import changed_event, collection_event


@dataclass(frozen=True)
class Filter:
    """One of them at most: each is a list of its own, and two lists together would mean reading one for nothing."""

    tag: str | None = None
    collection: str | None = None
    media_type: str | None = None

    @property
    def scope(self) -> str:
        return f"{self.tag or ''}/{self.collection or ''}/{self.media_type or ''}"


def read_page(
    documents: DocumentRepository, tenant_id: str, asked: Filter, *, limit: int, start_key: Item | None
) -> tuple[list[Document], Page]:
    if sum(value is not None for value in (asked.tag, asked.collection, asked.media_type)) > 1:
        raise invalid("tag", "give one of tag, collection and media_type")
    if asked.tag:
        return documents.read_page_at(tenant_id, tag_list(asked.tag), limit=limit, start_key=start_key)
    if asked.collection:
        return documents.read_page_at(tenant_id, collection_list(asked.collection), limit=limit, start_key=start_key)
    if asked.media_type:
        return documents.read_page_of_type(tenant_id, asked.media_type, limit=limit, start_key=start_key)
    return documents.read_page(tenant_id, limit=limit, start_key=start_key)


def change_document(documents: DocumentRepository, caller: Caller, document_id: str, body: ChangeDocument) -> Document:
    def change(before: Document) -> tuple[Document, list[Action]] | None:
        given = body.model_dump(exclude_unset=True, exclude_none=True)
        if "tags" in given:
            given["tags"] = sorted(set(given["tags"]))
        if "filename" in given:
            given["filename"] = safe_name(given["filename"])
        after = before.model_copy(update=given)
        return None if after == before else (after, [])

    def told(before: Document, after: Document) -> Event:
        return changed_event("document.changed", caller, before, after)

    return documents.change(caller.tenant_id, document_id, told, change)


def add_version(
    documents: DocumentRepository,
    contents: ContentStore,
    caller: Caller,
    before: Document,
    upload: Upload,
    key: IdempotencyKey | None,
) -> Document:
    """The same content as now changes nothing."""
    if key and (earlier := key.earlier_answer(documents.table)):
        return documents.read_version(caller.tenant_id, before.id, earlier["version"])
    if before.origin.get("kind") != "upload":
        raise DocumentOfARun("A run made this document, and its records name it by its hash; upload another one.")
    if before.version >= VERSIONS_MOST:
        raise TooManyVersions(f"The document has {before.version} versions, which is the most.")
    sha256 = contents.put(caller.tenant_id, upload.data)
    if sha256 == before.sha256:
        return before
    after = before.model_copy(
        update={
            "version": before.version + 1,
            "revision": before.revision + 1,
            "media_type": media_type_of(upload.data, upload.filename),
            "size": len(upload.data),
            "sha256": sha256,
            "updated_at": now(),
            "updated_by": caller.username,
        }
    )
    event = changed_event("document.version_added", caller, before, after)
    documents.add_version(caller.tenant_id, before, after, event, key)
    return after


def create_collection(
    collections: CollectionRepository, caller: Caller, body: NewCollection, key: IdempotencyKey | None
) -> Collection:
    if key and (earlier := key.earlier_answer(collections.table)):
        return collections.read(caller.tenant_id, earlier["collection_id"])
    made = Collection(
        id=f"col_{new_ulid()}",
        name=body.name,
        description=body.description,
        created_at=now(),
        created_by=caller.username,
    )
    collections.create(caller.tenant_id, made, collection_event("collection.created", caller, made), key)
    return made


def delete_collection(collections: CollectionRepository, caller: Caller, collection_id: str) -> None:
    found = collections.read(caller.tenant_id, collection_id)
    collections.delete(caller.tenant_id, collection_id, collection_event("collection.deleted", caller, found))


def collect(
    documents: DocumentRepository,
    collections: CollectionRepository,
    caller: Caller,
    collection_id: str,
    document_id: str,
    *,
    is_in: bool,
) -> Document:
    """In or out; what is so already stays so, and is not told again."""

    def change(before: Document) -> tuple[Document, list[Action]] | None:
        if (collection_id in before.collections) == is_in:
            return None
        if is_in and len(before.collections) >= COLLECTIONS_MOST:
            raise invalid("collection_id", f"the document is in {COLLECTIONS_MOST} collections, which is the most")
        kept = [name for name in before.collections if name != collection_id]
        after = before.model_copy(update={"collections": [*kept, collection_id] if is_in else kept})
        return after, [collections.counting(caller.tenant_id, collection_id, 1 if is_in else -1)]

    def told(before: Document, after: Document) -> Event:
        return changed_event("document.collected" if is_in else "document.uncollected", caller, before, after)

    try:
        return documents.change(caller.tenant_id, document_id, told, change)
    except ConditionFailed:
        # Its card stands, so it is the collection that is not there, or went away at this moment.
        collections.read(caller.tenant_id, collection_id)
        raise
