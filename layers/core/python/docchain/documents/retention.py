"""Documents beyond their tenant's retention: their cards go, told by an event each, and content that no card has."""

import time
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from docchain.clock import to_iso
from docchain.documents.errors import DocumentNotFound
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.events.changes import changed
from docchain.events.models import Event

PER_PAGE: Final = 100
# Content is written before the card that names it: what was written today may be waiting for one.
CONTENT_REST: Final = timedelta(days=1)

Kept = Callable[[Iterable[Document]], Set[str]]
"""Which of some documents must stay."""


@dataclass(frozen=True)
class Expiry:
    documents: DocumentRepository
    contents: ContentStore

    def expire(self, tenant_id: str, days: int, kept: Kept, moment: datetime, deadline: float) -> tuple[int, bool]:
        """How many went, and whether that is all. May be cut anywhere: the next one finds what is left.

        ``deadline`` is in ``time.monotonic()`` seconds.
        """
        before, count, start = to_iso(moment - timedelta(days=days)), 0, None
        while True:
            found, page = self.documents.read_older(tenant_id, before, limit=PER_PAGE, start_key=start)
            staying = kept(found)
            for document in found:
                if time.monotonic() > deadline:
                    return count, False
                if document.id not in staying:
                    count += self._forget(tenant_id, document, days, moment)
            if (start := page.next_key) is None:
                return count, True

    def _forget(self, tenant_id: str, document: Document, days: int, moment: datetime) -> int:
        def told(gone: Document) -> Event:
            card = gone.model_dump(mode="json", include={"filename", "media_type", "size", "sha256"})
            return Event(
                type="document.expired",
                tenant_id=tenant_id,
                subject=f"documents/{gone.id}",
                data={"document_id": gone.id, "retention_days": days, **changed(card, None)},
            )

        try:
            # The content first: a card without content says so, content without a card would be there for ever.
            for sha256 in self._contents_of(tenant_id, document):
                others = self.documents.cards_with(tenant_id, sha256) - {document.id}
                if others:
                    # The card's own removal may have died halfway last time, with a younger card's content.
                    self.contents.bring_back(tenant_id, sha256)
                elif (seen := self.contents.look_at(tenant_id, sha256)) and seen.at < moment - CONTENT_REST:
                    self.contents.remove(tenant_id, sha256, seen)
            self.documents.delete(tenant_id, document.id, told)
        except DocumentNotFound:
            return 0
        return 1

    def _contents_of(self, tenant_id: str, document: Document) -> set[str]:
        if document.version == 1:
            return {document.sha256}
        return {version.sha256 for version in self.documents.read_versions(tenant_id, document.id)}
