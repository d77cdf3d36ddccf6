"""Document cards in DynamoDB, with their versions and their places in lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from docchain.documents.errors import DocumentChanged, DocumentNotFound, QuotaExceeded, VersionNotFound
from docchain.documents.models import VERSIONS_MOST, Document
from docchain.documents.quota import Quota
from docchain.events.models import Event
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table

BY_TENANT = "by_tenant"
INDEX_KEYS = ("gsi_pk", "gsi_sk")
BY_CONTENT = "by_content"
CONTENT_KEYS = ("content_pk", "content_sk")
BY_TYPE = "by_type"
TYPE_KEYS = ("type_pk", "gsi_sk")
_SK = "document"
_ATTEMPTS = 3

Change = Callable[[Document], tuple[Document, list[Action]] | None]
"""A card as it is → as it becomes, with what must change along; or nothing, when it is so already."""


@dataclass(frozen=True)
class DocumentRepository:
    table: Table

    @property
    def quota(self) -> Quota:
        return Quota(self.table)

    def create(self, tenant_id: str, document: Document, event: Event, key: IdempotencyKey | None = None) -> None:
        """Raises ``QuotaExceeded``, and ``ConditionFailed`` for a document that there is already."""
        actions = [
            self.table.putting(_item(tenant_id, document), when=Attr("pk").not_exists()),
            self.quota.admitting(tenant_id, document.size),
            self.table.putting(event_item(event)),
        ]
        if key:
            actions.append(key.recording(self.table, {"document_id": document.id}))
        self._admitted(tenant_id, actions, document.size)

    def keep_made(self, tenant_id: str, document: Document, event: Event) -> bool:
        """What nobody uploaded: counted where runs' documents are. ``False`` when there is one of this id already.

        Raises ``QuotaExceeded``.
        """
        self.quota.read(tenant_id).check(document.size, 1)
        actions = [
            self.table.putting(_item(tenant_id, document), when=Attr("pk").not_exists()),
            *self.quota.counting(tenant_id, [document]),
            self.table.putting(event_item(event)),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return False
        return True

    def restore(self, tenant_id: str, document: Document, event: Event) -> bool:
        """A card whose versions and contents are there already: back in its lists, counted with its versions.

        ``False`` when there is one of this id. A collection that is gone is left out. Raises ``QuotaExceeded``.
        """
        collections = f"{tenant_id}#collections"
        there = self.table.get_many([(collections, name) for name in document.collections], consistent=True)
        kept = [name for name in document.collections if (collections, name) in there]
        document = document.model_copy(update={"collections": kept})
        versions = self.table.query(_pk(tenant_id, document.id), prefix="version#", consistent=True).items
        size = document.size + sum(version["size"] for version in versions)
        self.quota.read(tenant_id).check(size, 1)
        moved = document.model_copy(update={"tags": [], "collections": []})
        actions = [
            self.table.putting(_item(tenant_id, document), when=Attr("pk").not_exists()),
            *self._moved(tenant_id, moved, document),
            *(self.table.updating(collections, name, add={"documents": 1}) for name in kept),
            self.quota.releasing(tenant_id, document, -size, -1),
            self.table.putting(event_item(event)),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return False
        return True

    def add_version(
        self, tenant_id: str, before: Document, after: Document, event: Event, key: IdempotencyKey | None = None
    ) -> None:
        """The content that was is kept beside the new one. Raises ``QuotaExceeded``, ``DocumentChanged``."""
        kept = _version_item(tenant_id, before)
        actions = [
            self.table.putting(_item(tenant_id, after), when=_as_read(before)),
            self.quota.admitting(tenant_id, after.size, 0),
            self.table.putting(kept),
            self.table.putting(event_item(event)),
        ]
        if key:
            actions.append(key.recording(self.table, {"document_id": after.id, "version": after.version}))
        try:
            self._admitted(tenant_id, actions, after.size)
        except ConditionFailed as error:
            if 0 in error.failed:
                raise DocumentChanged(f"Document {before.id} was changed meanwhile; read it again.") from None
            raise

    def _admitted(self, tenant_id: str, actions: list[Action], size: int) -> None:
        """The second member is the quota's: when it alone fails, others took the room since it was looked at."""
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if error.failed != [1]:
                raise
            self.quota.read(tenant_id).check(size, 1)
            raise QuotaExceeded(
                "Others are uploading at this moment, and there is no room for all; try again."
            ) from None

    def change(
        self, tenant_id: str, document_id: str, event_of: Callable[[Document, Document], Event], change: Change
    ) -> Document:
        """The card as it then is. Another's change between reading and writing is met by doing it again on theirs."""
        for _ in range(_ATTEMPTS):
            before = self.read(tenant_id, document_id, consistent=True)
            made = change(before)
            if made is None:
                return before
            after, along = made
            after = after.model_copy(update={"revision": before.revision + 1})
            actions = [
                self.table.putting(_item(tenant_id, after), when=_as_read(before)),
                *self._moved(tenant_id, before, after),
                self.table.putting(event_item(event_of(before, after))),
                *along,
            ]
            try:
                self.table.transact(actions)
            except ConditionFailed as error:
                if error.failed != [0]:
                    raise
                continue
            return after
        raise DocumentChanged(f"Document {document_id} is being changed by others; try again.")

    def _moved(self, tenant_id: str, before: Document, after: Document | None) -> list[Action]:
        """In and out of the lists of its tags and collections."""
        old, new = _places(tenant_id, before), _places(tenant_id, after) if after else set()
        return [
            *(self.table.putting(_place_item(pk, before)) for pk in sorted(new - old)),
            *(self.table.deleting(pk, _place(before)) for pk in sorted(old - new)),
        ]

    def putting(self, tenant_id: str, document: Document) -> Action:
        """As a member of a transaction. Writing the same card again is harmless: a step's document ids are its own."""
        return self.table.putting(_item(tenant_id, document))

    def read(self, tenant_id: str, document_id: str, *, consistent: bool = False) -> Document:
        item = self.table.get(_pk(tenant_id, document_id), _SK, consistent=consistent)
        if item is None:
            raise DocumentNotFound(document_id)
        return Document.model_validate(item)

    def read_version(self, tenant_id: str, document_id: str, version: int) -> Document:
        """The newest has its number as well. Two reads at most."""
        if item := self.table.get(_pk(tenant_id, document_id), _version_sk(version)):
            return Document.model_validate(item)
        newest = self.read(tenant_id, document_id)
        if newest.version != version:
            raise VersionNotFound(f"Document {document_id} has no version {version}.", details={"version": version})
        return newest

    def read_versions(self, tenant_id: str, document_id: str) -> list[Document]:
        """Newest first, at most 50."""
        items = self.table.query_all(_pk(tenant_id, document_id), most=VERSIONS_MOST + 1)
        if not items:
            raise DocumentNotFound(document_id)
        return sorted((Document.model_validate(i) for i in items), key=lambda d: d.version, reverse=True)

    def read_many(self, tenant_id: str, document_ids: Iterable[str]) -> dict[str, Document]:
        """A hundred per call; those that do not exist are absent from the answer."""
        found = self.table.get_many((_pk(tenant_id, document_id), _SK) for document_id in document_ids)
        return {item["id"]: Document.model_validate(item) for item in found.values()}

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[Document], Page]:
        """Newest first."""
        page = self.table.query(
            f"{tenant_id}#documents",
            index=BY_TENANT,
            index_keys=INDEX_KEYS,
            limit=limit,
            start_key=start_key,
            forward=False,
        )
        return [Document.model_validate(i) for i in page.items], page

    def read_page_of_type(
        self, tenant_id: str, media_type: str, *, limit: int, start_key: Item | None
    ) -> tuple[list[Document], Page]:
        page = self.table.query(
            f"{tenant_id}#type#{media_type}",
            index=BY_TYPE,
            index_keys=TYPE_KEYS,
            limit=limit,
            start_key=start_key,
            forward=False,
        )
        return [Document.model_validate(i) for i in page.items], page

    def read_page_at(
        self, tenant_id: str, list_key: str, *, limit: int, start_key: Item | None
    ) -> tuple[list[Document], Page]:
        """Of the documents with a tag or in a collection: ``tag_list``, ``collection_list``. Newest first."""
        page = self.table.query(f"{tenant_id}#{list_key}", limit=limit, start_key=start_key, forward=False)
        ids = [item["id"] for item in page.items]
        found = self.read_many(tenant_id, ids)
        return [found[document_id] for document_id in ids if document_id in found], page

    def read_older(
        self, tenant_id: str, before: str, *, limit: int, start_key: Item | None
    ) -> tuple[list[Document], Page]:
        """Oldest first, those made before a moment; nothing when the page has met one that is younger."""
        page = self.table.query(
            f"{tenant_id}#documents", index=BY_TENANT, index_keys=INDEX_KEYS, limit=limit, start_key=start_key
        )
        found = [Document.model_validate(i) for i in page.items if i["created_at"] < before]
        is_last = len(found) < len(page.items)
        return found, Page(page.items, None if is_last else page.next_key)

    def cards_with(self, tenant_id: str, sha256: str) -> set[str]:
        """Ids of two documents at most that have this content. An index lags behind by moments."""
        page = self.table.query(f"{tenant_id}#content#{sha256}", index=BY_CONTENT, index_keys=CONTENT_KEYS, limit=2)
        return {item["id"] for item in page.items}

    def delete(self, tenant_id: str, document_id: str, event_of: Callable[[Document], Event]) -> list[Document]:
        """The card and its versions, which are the answer: their content may belong to other cards and to runs."""
        for _ in range(_ATTEMPTS):
            versions = self.read_versions(tenant_id, document_id)
            newest = versions[0]
            size, pk = sum(version.size for version in versions), _pk(tenant_id, document_id)
            gone = [
                self.table.deleting(pk, _SK, when=_as_read(newest)),
                *(self.table.deleting(pk, _version_sk(version.version)) for version in versions[1:]),
                *self._moved(tenant_id, newest, None),
                *(_left(self.table, tenant_id, name) for name in newest.collections),
                self.quota.releasing(tenant_id, newest, size, 1),
                self.table.putting(event_item(event_of(newest))),
            ]
            try:
                self.table.transact(gone)
            except ConditionFailed:
                continue
            return versions
        raise DocumentChanged(f"Document {document_id} is being changed by others; try again.")


def tag_list(tag: str) -> str:
    return f"documents#tag#{tag}"


def collection_list(collection_id: str) -> str:
    return f"collection#{collection_id}"


def _left(table: Table, tenant_id: str, collection_id: str) -> Action:
    return table.updating(f"{tenant_id}#collections", collection_id, add={"documents": -1})


def _as_read(document: Document) -> Condition:
    return Attr("pk").exists() & (Attr("revision").not_exists() | Attr("revision").eq(document.revision))


def _pk(tenant_id: str, document_id: str) -> str:
    return f"{tenant_id}#document#{document_id}"


def _version_sk(version: int) -> str:
    return f"version#{version:06d}"


def _place(document: Document) -> str:
    return f"{document.created_at}#{document.id}"


def _places(tenant_id: str, document: Document) -> set[str]:
    lists = [*map(tag_list, document.tags), *map(collection_list, document.collections)]
    return {f"{tenant_id}#{name}" for name in lists}


def _place_item(pk: str, document: Document) -> Item:
    return {"pk": pk, "sk": _place(document), "entity": "document_place", "id": document.id}


def _version_item(tenant_id: str, document: Document) -> Item:
    """In the index of contents as well, so that what an older version holds is known to be needed."""
    item = _item(tenant_id, document)
    for name in (*INDEX_KEYS, TYPE_KEYS[0]):
        del item[name]
    return {**item, "sk": _version_sk(document.version), "entity": "document_version"}


def _item(tenant_id: str, document: Document) -> Item:
    gsi_pk, gsi_sk = INDEX_KEYS
    return {
        "pk": _pk(tenant_id, document.id),
        "sk": _SK,
        "entity": "document",
        gsi_pk: f"{tenant_id}#documents",
        gsi_sk: _place(document),
        TYPE_KEYS[0]: f"{tenant_id}#type#{document.media_type}",
        CONTENT_KEYS[0]: f"{tenant_id}#content#{document.sha256}",
        CONTENT_KEYS[1]: document.id,
        **document.model_dump(mode="json"),
    }
