"""Making an index anew: every document is asked for, page by page; queries are answered by what there is meanwhile."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from docchain.clock import now
from docchain.documents.repository import DocumentRepository
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.search.changes import finish_reindex
from docchain.search.errors import ReindexRunning, SearchIndexMoved
from docchain.search.facts import REINDEX, continued, requested
from docchain.search.repository import SearchRepository
from docchain.search.state import Manifest, ModelIndex, Reindex
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.outbox import event_item

if TYPE_CHECKING:
    # Who reads documents rebuilds too, and has neither numpy nor a model.
    from docchain.search.embedders import Embedder

PER_PAGE: Final = 40
ATTEMPTS: Final = 6
GIVEN_UP: Final = timedelta(hours=24)
"""After this a rebuilding that some document holds up may be begun again."""


def fresh(embedder: "Embedder") -> Manifest:
    return Manifest(serving=embedder.model, indexes={embedder.model: index_of(embedder)})


def index_of(embedder: "Embedder") -> ModelIndex:
    return ModelIndex(provider=embedder.provider, model=embedder.model, dims=embedder.dims)


@dataclass(frozen=True)
class Rebuilding:
    repository: SearchRepository
    documents: DocumentRepository

    def begin(self, tenant_id: str, actor: str, embedder: "Embedder", key: IdempotencyKey | None = None) -> Manifest:
        """With the vectors of ``embedder``. Raises ``ReindexRunning``, and ``ConditionFailed`` when overtaken."""
        manifest = self.repository.manifest(tenant_id) or fresh(embedder)
        job = manifest.reindex
        if job and not job.finished_at and now() < _later(job.started_at):
            raise ReindexRunning("The index is being rebuilt already.", details={"reindex": job.id})
        if manifest.building and manifest.building != embedder.model:
            del manifest.indexes[manifest.building]
        manifest.building = None if manifest.serving == embedder.model else embedder.model
        manifest.indexes.setdefault(embedder.model, index_of(embedder))
        manifest.reindex = Reindex(id=new_ulid(), started_at=now())
        data = {"reindex": manifest.reindex.id, "page": 0, "model": embedder.model}
        event = Event(type=REINDEX, tenant_id=tenant_id, subject="search", actor=actor, data=data)
        table = self.repository.table
        actions = [self.repository.replacing(tenant_id, manifest), table.putting(event_item(event))]
        if key:
            actions.append(key.recording(table, {"reindex": manifest.reindex.id}))
        table.transact(actions)
        return manifest

    def go_on(self, tenant_id: str, event: Event) -> None:
        """The next page: its documents are asked for, it is counted, and the page behind it is told, all at once."""
        for attempt in range(ATTEMPTS):
            try:
                return self._go_on(tenant_id, event)
            except ConditionFailed:
                time.sleep(0.05 * 2**attempt)
        raise SearchIndexMoved("Too many writers at one tenant's index; the page comes again.")

    def _go_on(self, tenant_id: str, event: Event) -> None:
        manifest = self.repository.manifest(tenant_id)
        job = manifest.reindex if manifest else None
        if manifest is None or job is None or job.id != event.data["reindex"] or job.pages != event.data["page"]:
            return
        start = event.data.get("start")
        found, page = self.documents.read_page(tenant_id, limit=PER_PAGE, start_key=start)
        job.pages += 1
        job.requested += len(found)
        job.listed = page.next_key is None
        finish_reindex(manifest)
        events = [requested(tenant_id, document.id, job.id) for document in found]
        if page.next_key:
            events.append(continued(tenant_id, job.id, job.pages, page.next_key))
        table = self.repository.table
        actions = [self.repository.replacing(tenant_id, manifest)]
        table.transact([*actions, *(table.putting(event_item(e)) for e in events)])


def _later(moment: str) -> str:
    begun = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (begun + GIVEN_UP).strftime("%Y-%m-%dT%H:%M:%S.000Z")
