"""Searching: the warm index, the query's vector, and what was found with its places."""

import time

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.search.embedders import LOCAL, LOCAL_DIMS, LOCAL_MODEL, Embedders
from docchain.search.errors import QueryEmpty
from docchain.search.highlights import highlights
from docchain.search.index import Answered, Asked, Mode
from docchain.search.limits import CHUNKS_PER_TENANT
from docchain.search.models import Found
from docchain.search.rebuilding import Rebuilding
from docchain.search.repository import SearchRepository
from docchain.search.state import Manifest, ModelIndex
from docchain.search.suggestions import suggest
from docchain.search.warm import WarmIndexes
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from functions.api.advanced_ai.schemas.search import (
    HighlightView,
    HitView,
    RebuildOrder,
    RebuildView,
    SearchOrder,
    SearchStatsView,
    SearchView,
    SuggestionsView,
    SuggestionView,
    view,
)

_NONE_YET = ModelIndex(provider=LOCAL, model=LOCAL_MODEL, dims=LOCAL_DIMS)


def search(indexes: WarmIndexes, embedders: Embedders, caller: Caller, order: SearchOrder) -> SearchView:
    started = time.perf_counter()
    if not any(c.isalnum() for c in order.query):
        raise QueryEmpty
    opened = indexes.open(caller.tenant_id)
    of, answered = _NONE_YET, Answered([], {}, 0)
    if opened:
        manifest, index = opened
        of = manifest.indexes[manifest.serving]
        vector = None
        if order.mode is not Mode.LEXICAL and index.chunks:
            vector = embedders(caller.tenant_id, of.provider, of.model).query(order.query)
        asked = Asked(
            text=order.query,
            vector=vector,
            mode=order.mode,
            filters=order.filters.filters(),
            top=order.top_k,
            per_document=order.per_document,
            facets=order.facets,
            least=order.min_score,
        )
        answered = index.search(asked)
    return SearchView(
        query=order.query,
        results=[_hit(order.query, found) for found in answered.hits],
        total=len(answered.hits),
        facets=answered.facets,
        searched=answered.searched,
        mode=order.mode,
        provider=of.provider,
        model=of.model,
        took_ms=round((time.perf_counter() - started) * 1000, 2),
        timestamp=now(),
    )


def _hit(query: str, found: Found) -> HitView:
    card, chunk = found.card, found.chunk
    return HitView(
        document_id=card.id,
        filename=card.filename,
        media_type=card.media_type,
        tags=list(card.tags),
        collections=list(card.collections),
        created_at=card.created_at,
        **chunk.model_dump(),
        score=found.score,
        similarity=found.similarity,
        lexical=found.lexical,
        highlights=[HighlightView(start=h.start, end=h.end, text=h.text) for h in highlights(query, chunk)],
    )


def suggestions(indexes: WarmIndexes, caller: Caller, begun: str, most: int) -> SuggestionsView:
    opened = indexes.open(caller.tenant_id)
    found = suggest(opened[1], begun, most) if opened else []
    return SuggestionsView(suggestions=[SuggestionView(text=s.text, document_ids=list(s.document_ids)) for s in found])


def stats(repository: SearchRepository, caller: Caller) -> SearchStatsView:
    manifest = repository.manifest(caller.tenant_id)
    of = manifest.indexes[manifest.serving] if manifest else _NONE_YET
    return SearchStatsView(
        provider=of.provider,
        model=of.model,
        dimensions=of.dims,
        documents=of.documents,
        chunks=of.chunks,
        chunks_most=CHUNKS_PER_TENANT,
        dead=of.dead,
        segments=len(of.segments),
        stored_bytes=sum(ref.size for ref in of.segments),
        building=manifest.building if manifest else None,
        reindex=view(RebuildView, manifest.reindex) if manifest and manifest.reindex else None,
        updated_at=manifest.updated_at if manifest else None,
        timestamp=now(),
    )


def rebuild(
    rebuilding: Rebuilding,
    embedders: Embedders,
    caller: Caller,
    order: RebuildOrder,
    key: IdempotencyKey | None,
) -> RebuildView:
    """The same key: what has become of the rebuilding that it began."""
    table = rebuilding.repository.table
    if key and key.earlier_answer(table):
        return _running(rebuilding.repository.manifest(caller.tenant_id))
    manifest = rebuilding.repository.manifest(caller.tenant_id)
    now_used = manifest.indexes[manifest.serving] if manifest else _NONE_YET
    provider = order.provider or now_used.provider
    model = order.model or ("" if order.provider else now_used.model)
    embedder = embedders(caller.tenant_id, provider, model)
    try:
        return _running(rebuilding.begin(caller.tenant_id, caller.username, embedder, key))
    except ConditionFailed:
        if key and key.earlier_answer(table):
            return _running(rebuilding.repository.manifest(caller.tenant_id))
        raise


def _running(manifest: Manifest | None) -> RebuildView:
    job = manifest.reindex if manifest else None
    assert job is not None  # noqa: S101  # begun in the transaction that kept the key
    view_of: RebuildView = view(RebuildView, job)
    return view_of
