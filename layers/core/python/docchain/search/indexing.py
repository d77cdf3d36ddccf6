"""Orders about documents into segments: chunks become vectors, and manifest and states move in one transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from docchain.clock import epoch
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.search.changes import Change, changes_of, moved
from docchain.search.embedders import Embedders
from docchain.search.errors import SearchIndexMoved
from docchain.search.handover import find_chunks, forget_chunks
from docchain.search.models import Chunked, Said
from docchain.search.planning import Plan, Todo, plan_for
from docchain.search.repository import SearchRepository
from docchain.search.segments import Entry, make_segment, pack
from docchain.search.state import Manifest, ModelIndex, Retired, SegmentRef
from docchain.search.vectors import Floats
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item

ATTEMPTS = 6
RETIRED_SECONDS = 900
"""A reader loads what its manifest names within this time: it is what a Lambda may take at most."""
_AT_ONCE = 32


@dataclass
class Indexer:
    """``deadline`` is in ``time.monotonic()`` seconds: no document is begun behind it."""

    repository: SearchRepository
    contents: ContentStore
    embedders: Embedders
    fresh: Manifest
    """What a tenant begins with."""
    deadline: float
    _vectors: dict[tuple[str, str], Floats] = field(default_factory=dict)
    """By document's content and model: a commit that came second need not compute them again."""

    def apply(self, tenant_id: str, orders: Sequence[Event]) -> set[int]:
        """Positions of the orders that are not done: their chunks are not there, or time is over."""
        for attempt in range(ATTEMPTS):
            try:
                return self._apply(tenant_id, orders)
            except ConditionFailed:
                time.sleep(0.05 * 2**attempt)
        raise SearchIndexMoved("Too many writers at one tenant's index; the orders come again.")

    def _apply(self, tenant_id: str, orders: Sequence[Event]) -> set[int]:
        wanted = _wanted(orders)
        situation = self.repository.situation(tenant_id, wanted)
        manifest = situation.manifest or self.fresh.model_copy(deep=True)
        plans = [plan_for(situation, manifest, i, reindex) for i, reindex in wanted.items()]
        plans = [p for p in plans if p.todo is not Todo.NOTHING]
        chunked, late = self._ready(tenant_id, manifest, plans, orders)
        plans = [p for p in plans if p.todo is not Todo.FULL or p.document_id in chunked]
        if plans:
            self._commit(tenant_id, manifest, changes_of(plans, chunked, manifest))
            for plan in plans:
                if plan.document_id in chunked:
                    forget_chunks(self.contents, tenant_id, plan.document_id, chunked[plan.document_id].sha256)
        return {n for n, o in enumerate(orders) if str(o.data["document_id"]) in late}

    def _ready(
        self, tenant_id: str, manifest: Manifest, plans: Sequence[Plan], orders: Sequence[Event]
    ) -> tuple[dict[str, Chunked], set[str]]:
        """Chunks with their vectors made, and the documents that must wait."""
        told = {(str(o.data["document_id"]), o.data.get("sha256")) for o in orders}
        chunked: dict[str, Chunked] = {}
        late: set[str] = set()
        for plan in plans:
            if plan.todo is not Todo.FULL or plan.card is None:
                continue
            if time.monotonic() > self.deadline:
                late.add(plan.document_id)
                continue
            found = find_chunks(self.contents, tenant_id, plan.document_id, plan.card.sha256)
            if found is None:
                # An order about an older content: the newer one's own order is on its way.
                late |= {plan.document_id} if (plan.document_id, plan.card.sha256) in told else set()
                continue
            for index in manifest.writing():
                self._embed(tenant_id, index, found)
            chunked[plan.document_id] = found
        return chunked, late

    def _embed(self, tenant_id: str, index: ModelIndex, found: Chunked) -> None:
        if (found.sha256, index.model) in self._vectors:
            return
        embedder = self.embedders(tenant_id, index.provider, index.model)
        texts = [f"{c.context}: {c.text}" if c.context else c.text for c in found.chunks]
        parts = [embedder.passages(texts[n : n + _AT_ONCE]) for n in range(0, len(texts), _AT_ONCE)]
        self._vectors[found.sha256, index.model] = np.concatenate([np.empty((0, index.dims), np.float32), *parts])

    def _commit(self, tenant_id: str, manifest: Manifest, changes: Sequence[Change]) -> None:
        names: list[str] = []
        try:
            names += [self._add_segment(tenant_id, index, changes) for index in manifest.writing()]
            moved(manifest, changes)
            self.forget_retired(tenant_id, manifest)
            actions = [self.repository.replacing(tenant_id, manifest)]
            for change in changes:
                actions.append(self.repository.noting(tenant_id, change.state))
                # What is read here may be gone when this is written: then nothing is, and it is looked at again.
                card = change.plan.card
                actions.append(
                    self.repository.standing_card(tenant_id, change.plan.document_id, card.sha256)
                    if card
                    else self.repository.absent_card(tenant_id, change.plan.document_id)
                )
                actions.append(self.repository.table.putting(event_item(change.event(tenant_id))))
            self.repository.table.transact(actions)
        except ConditionFailed:
            for name in names:
                self.contents.remove_named(tenant_id, name)
            raise

    def _add_segment(self, tenant_id: str, index: ModelIndex, changes: Sequence[Change]) -> str:
        nothing = np.empty((0, index.dims), np.float32)
        documents = []
        for change in changes:
            entry = Entry(change.plan.document_id, change.said, change.card, change.titles)
            chunks = change.chunks if change.said is Said.FULL else []
            sha256 = change.state.sha256
            documents.append((entry, chunks, self._vectors[sha256, index.model] if chunks else nothing))
        segment = make_segment(index.model, index.dims, documents)
        data = pack(segment)
        name = segment_name()
        self.contents.put_named(tenant_id, name, data)
        index.segments.append(SegmentRef(name=name, entries=len(documents), chunks=len(segment), size=len(data)))
        return name

    def forget_retired(self, tenant_id: str, manifest: Manifest) -> None:
        """Before the manifest that does not name them any more: who dies in between removes them once more."""
        for index in manifest.indexes.values():
            old = [r for r in index.retired if r.at < epoch() - RETIRED_SECONDS]
            for retired in old:
                self.contents.remove_named(tenant_id, retired.name)
            index.retired = [r for r in index.retired if r not in old]


def _wanted(orders: Sequence[Event]) -> dict[str, str | None]:
    """Documents with the rebuilding that asks for them: it may lie beside another order, which asks for less."""
    wanted: dict[str, str | None] = {}
    for order in orders:
        document_id = str(order.data["document_id"])
        wanted[document_id] = order.data.get("reindex") or wanted.get(document_id)
    return wanted


def segment_name() -> str:
    return f"search/segments/{new_ulid()}.seg"


def retired(ref: SegmentRef) -> Retired:
    return Retired(name=ref.name, at=epoch())
