"""Document cards in DynamoDB."""

from collections.abc import Iterable
from dataclasses import dataclass

from docchain.documents.errors import DocumentNotFound
from docchain.documents.models import Document
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table

BY_TENANT = "by_tenant"
INDEX_KEYS = ("gsi_pk", "gsi_sk")
BY_CONTENT = "by_content"
CONTENT_KEYS = ("content_pk", "content_sk")
_SK = "document"


@dataclass(frozen=True)
class DocumentRepository:
    table: Table

    def create(self, tenant_id: str, document: Document, event: Event, key: IdempotencyKey | None = None) -> None:
        actions = [self.putting(tenant_id, document), self.table.putting(event_item(event))]
        if key:
            actions.append(key.recording(self.table, {"document_id": document.id}))
        self.table.transact(actions)

    def putting(self, tenant_id: str, document: Document) -> Action:
        """As a member of a transaction. Writing the same card again is harmless: a step's document ids are its own."""
        return self.table.putting(_item(tenant_id, document))

    def read(self, tenant_id: str, document_id: str) -> Document:
        item = self.table.get(_pk(tenant_id, document_id), _SK)
        if item is None:
            raise DocumentNotFound(document_id)
        return Document.model_validate(item)

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

    def delete(self, tenant_id: str, document_id: str, event: Event) -> None:
        """The card only: the content may belong to other cards and to the records of runs."""
        gone = self.table.deleting(_pk(tenant_id, document_id), _SK, when=Attr("pk").exists())
        try:
            self.table.transact([gone, self.table.putting(event_item(event))])
        except ConditionFailed:
            raise DocumentNotFound(document_id) from None


def card_key(tenant_id: str, document_id: str) -> tuple[str, str]:
    """For those who keep something that must not outlive the card."""
    return _pk(tenant_id, document_id), _SK


def _pk(tenant_id: str, document_id: str) -> str:
    return f"{tenant_id}#document#{document_id}"


def _item(tenant_id: str, document: Document) -> Item:
    gsi_pk, gsi_sk = INDEX_KEYS
    return {
        "pk": _pk(tenant_id, document.id),
        "sk": _SK,
        "entity": "document",
        gsi_pk: f"{tenant_id}#documents",
        gsi_sk: f"{document.created_at}#{document.id}",
        CONTENT_KEYS[0]: f"{tenant_id}#content#{document.sha256}",
        CONTENT_KEYS[1]: document.id,
        **document.model_dump(mode="json"),
    }
