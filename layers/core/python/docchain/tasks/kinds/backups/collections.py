"""Collections, empty: the documents that come back go into them and are counted."""

from dataclasses import dataclass
from typing import Any, ClassVar

from docchain.documents.collections import CollectionRepository
from docchain.documents.models import Collection
from docchain.events.models import Event
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.backups.things import Thing

PER_PAGE = 100
_PREFIX = "col_"


@dataclass(frozen=True)
class Collections:
    tables: Tables
    kind: ClassVar[str] = "collection"

    def page(self, tenant: str, start: Item | None) -> tuple[list[Thing], Item | None]:
        page = self.tables.documents.query(f"{tenant}#collections", prefix=_PREFIX, limit=PER_PAGE, start_key=start)
        return [Thing(item["sk"], item) for item in page.items], page.next_key

    def is_missing(self, tenant: str, head: dict[str, Any]) -> bool:  # noqa: ARG002
        return self.tables.documents.get(head["pk"], head["sk"], consistent=True) is None

    def put_items(self, tenant: str, items: list[Item]) -> None:
        """It has none beside its card."""

    def put_head(self, tenant: str, head: Item, actor: str) -> bool:
        collection = Collection.model_validate({**head, "documents": 0})
        told = Event(
            type="collection.created",
            tenant_id=tenant,
            subject=f"collections/{collection.id}",
            actor=actor,
            data={"collection_id": collection.id, "restored": True},
        )
        try:
            CollectionRepository(self.tables.documents).create(tenant, collection, told, None)
        except ConditionFailed:
            return False
        return True
