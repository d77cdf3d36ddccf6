"""A tenant's documents and their search, with the bus between them: events go where the rules would carry them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from docchain import aws
from docchain.clock import now
from docchain.documents.keys import card_key
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.search.compaction import Compactor
from docchain.search.embedders import LocalEmbedder
from docchain.search.facts import TO_CUT, TO_INDEX
from docchain.search.index import Answered, Asked
from docchain.search.indexing import Indexer
from docchain.search.rebuilding import Rebuilding, fresh
from docchain.search.repository import SearchRepository
from docchain.search.warm import WarmIndexes
from docchain.storage.outbox import event_item
from docchain.storage.table import Table
from functions.queues.search_extract.run import Reader, cut_documents
from functions.queues.search_index.run import index_documents

LOCAL = LocalEmbedder()


@dataclass
class Library:
    tenant: str
    carried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.table = Table(aws.dynamodb(), "documents")
        self.documents = DocumentRepository(self.table)
        self.contents = ContentStore(aws.s3(), "documents")
        self.repository = SearchRepository(self.table)
        self.rebuilding = Rebuilding(self.repository, self.documents)
        self.warm = WarmIndexes(self.repository, self.contents)

    def keep(self, text: str | bytes, filename: str = "a.txt", **card: Any) -> str:
        """Uploads, and tells it; nobody has heard it yet."""
        data = text.encode() if isinstance(text, str) else text
        document_id = card.pop("document_id", None) or f"doc_{new_ulid()}"
        document = Document(
            id=document_id,
            filename=filename,
            media_type=card.pop("media_type", "text/plain"),
            size=len(data),
            sha256=self.contents.put(self.tenant, data),
            origin={"kind": "upload"},
            created_at=card.pop("created_at", now()),
            created_by="ada",
        )
        self.documents.create(self.tenant, document, self.fact("document.uploaded", document_id))
        for name, value in card.items():
            self.table.update(f"{self.tenant}#document#{document_id}", "document", set_={name: value})
        return document_id

    def forget(self, document_id: str) -> None:
        told = event_item(self.fact("document.deleted", document_id))
        gone = self.table.deleting(*card_key(self.tenant, document_id))
        self.table.transact([gone, self.table.putting(told)])

    def fact(self, kind: str, document_id: str) -> Event:
        return Event(
            type=kind,
            tenant_id=self.tenant,
            subject=f"documents/{document_id}",
            data={"document_id": document_id},
        )

    def tell(self) -> list[Event]:
        """What lies in the outbox and was not carried yet."""
        items = self.table.query_all(f"{self.tenant}#outbox", most=10_000)
        events = [Event.model_validate(i["event"]) for i in items]
        return [e for e in events if e.id not in self.carried]

    def settle(self) -> None:
        """Until nobody says anything new."""
        while events := self.tell():
            self.carried |= {e.id for e in events}
            self.cut([e for e in events if e.type in TO_CUT])
            assert self.index([e for e in events if e.type in TO_INDEX]) == set()

    def settle_but(self, document_id: str) -> None:
        """Settles while one document is deleted after it was asked for."""
        events = self.tell()
        self.carried |= {e.id for e in events}
        self.cut([e for e in events if e.type in TO_CUT])
        self.forget(document_id)
        self.settle()

    def cut(self, events: Iterable[Event]) -> None:
        for event in events:
            cut_documents(event, Reader(self.repository, self.contents, self.rebuilding))

    def index(self, events: list[Event], indexer: Indexer | None = None) -> set[int]:
        compactor = Compactor(self.repository, self.contents)
        failed: set[int] = set()
        for start in range(0, len(events), 10):
            batch = events[start : start + 10]
            failed |= {start + n for n in index_documents(batch, indexer or self.indexer(), compactor)}
        return failed

    def indexer(self, seconds: float = 60) -> Indexer:
        return Indexer(self.repository, self.contents, lambda *_: LOCAL, fresh(LOCAL), time.monotonic() + seconds)

    def search(self, query: str, **asked: Any) -> Answered:
        opened = self.warm.open(self.tenant)
        if opened is None:
            return Answered([], {}, 0)
        return opened[1].search(Asked(query, LOCAL.query(query), **asked))

    def found(self, query: str, **asked: Any) -> list[str]:
        return [hit.card.id for hit in self.search(query, **asked).hits]
