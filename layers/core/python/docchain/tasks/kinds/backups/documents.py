"""Documents: cards, versions and contents. Their places in lists follow from the card."""

from dataclasses import dataclass
from typing import Any, ClassVar

from docchain.documents.models import Document
from docchain.documents.repository import BY_TENANT, INDEX_KEYS
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.storage.items import Item
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing, put_all

PER_PAGE = 25
_CARD = "document"


@dataclass(frozen=True)
class Documents:
    tables: Tables
    kind: ClassVar[str] = "document"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        table = self.tables.documents
        at = f"{tenant}#documents"
        page = table.query(at, index=BY_TENANT, index_keys=INDEX_KEYS, limit=PER_PAGE, start_key=start)
        return [thing for item in page.items if (thing := self._thing(item["pk"]))], page.next_key

    def _thing(self, pk: str) -> Thing | None:
        """A card and 49 versions at most; nothing when it was deleted since the index was read."""
        items = self.tables.documents.query_all(pk, most=100, consistent=True)
        head = next((item for item in items if item["sk"] == _CARD), None)
        if head is None:
            return None
        versions = [item for item in items if item is not head]
        contents = dict.fromkeys(item["sha256"] for item in items)
        return Thing(head["id"], head, versions, tuple(contents))

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:  # noqa: ARG002
        return self.tables.documents.get(head["pk"], _CARD, consistent=True) is None

    def put_items(self, tenant: str, items: list[Item]) -> None:  # noqa: ARG002
        """Versions, which nobody finds without their card."""
        put_all(self.tables.documents, items)

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:
        """Back in its lists and collections, and counted. Raises ``QuotaExceeded``."""
        document = Document.model_validate(head)
        told = Event(
            type="document.restored",
            tenant_id=tenant,
            subject=f"documents/{document.id}",
            actor=actor,
            data={"document_id": document.id, **changed(None, {"filename": document.filename, "size": document.size})},
        )
        return self.tables.cards.restore(tenant, document, told)
