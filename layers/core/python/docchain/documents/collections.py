"""Collections of documents: a card each, which counts what is in it; the places are the documents' own."""

from dataclasses import dataclass

from docchain.documents.errors import CollectionNotEmpty, CollectionNotFound, TooManyCollections
from docchain.documents.models import Collection
from docchain.events.models import Event
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table

COLLECTIONS_OF_A_TENANT = 1_000
_PREFIX = "col_"
_COUNT = "count"


@dataclass(frozen=True)
class CollectionRepository:
    table: Table

    def create(self, tenant_id: str, collection: Collection, event: Event, key: IdempotencyKey | None) -> None:
        room = Attr("pk").not_exists() | Attr("collections").lt(COLLECTIONS_OF_A_TENANT)
        item = {"pk": _pk(tenant_id), "sk": collection.id, "entity": "collection", **collection.model_dump()}
        actions = [
            self.table.putting(item, when=Attr("pk").not_exists()),
            self._counting(tenant_id, 1, room),
            self.table.putting(event_item(event)),
        ]
        if key:
            actions.append(key.recording(self.table, {"collection_id": collection.id}))
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if error.failed == [1]:
                raise TooManyCollections(
                    f"There are {COLLECTIONS_OF_A_TENANT} collections, which is the most."
                ) from None
            raise

    def read(self, tenant_id: str, collection_id: str) -> Collection:
        item = self.table.get(_pk(tenant_id), collection_id)
        if item is None or item["entity"] != "collection":
            raise CollectionNotFound(collection_id)
        return Collection.model_validate(item)

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[Collection], Page]:
        """In the order they were made."""
        page = self.table.query(_pk(tenant_id), prefix=_PREFIX, limit=limit, start_key=start_key)
        return [Collection.model_validate(item) for item in page.items], page

    def delete(self, tenant_id: str, collection_id: str, event: Event) -> None:
        """Only an empty one, so that no document is left in a collection that is gone."""
        actions = [
            self.table.deleting(_pk(tenant_id), collection_id, when=Attr("documents").eq(0)),
            self._counting(tenant_id, -1, None),
            self.table.putting(event_item(event)),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            left = self.read(tenant_id, collection_id).documents
            raise CollectionNotEmpty(
                f"Collection {collection_id} has {left} documents; take them out first.", details={"documents": left}
            ) from None

    def counting(self, tenant_id: str, collection_id: str, count: int) -> Action:
        """A document that comes or goes: a member of the transaction that changes its card."""
        return self.table.updating(_pk(tenant_id), collection_id, add={"documents": count}, when=Attr("pk").exists())

    def _counting(self, tenant_id: str, count: int, when: Condition | None) -> Action:
        return self.table.updating(
            _pk(tenant_id), _COUNT, set_={"entity": "collections"}, add={"collections": count}, when=when
        )


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#collections"
