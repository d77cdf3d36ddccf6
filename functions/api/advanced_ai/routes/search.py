"""Routes of the search by meaning."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.search.limits import SUGGESTIONS_MOST
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.advanced_ai.dependencies import CanRead, CanWrite, EmbedderOf, Rebuilder, Searching, States
from functions.api.advanced_ai.schemas.search import (
    IndexedDocumentView,
    RebuildOrder,
    RebuildView,
    SearchOrder,
    SearchStatsView,
    SearchView,
    SuggestionsView,
    view,
)
from functions.api.advanced_ai.service import search as service

router = APIRouter(prefix="/api/v3/advanced/ai/search", tags=["advanced ai"], responses=ERROR_RESPONSES)


@router.post("", summary="Find passages of one's documents by what they mean")
async def search_documents(body: SearchOrder, caller: CanRead, indexes: Searching, embedders: EmbedderOf) -> SearchView:
    return service.search(indexes, embedders, caller, body)


@router.get("/suggest", summary="Names of documents and chapters with a word that begins so")
async def suggest_titles(
    caller: CanRead,
    indexes: Searching,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=SUGGESTIONS_MOST)] = 10,
) -> SuggestionsView:
    return service.suggestions(indexes, caller, q, limit)


@router.get("/stats", summary="How large the index is, by which model, and how far a rebuilding has come")
async def read_search_stats(caller: CanRead, states: States) -> SearchStatsView:
    return service.stats(states, caller)


@router.get("/documents", summary="What became of each document: whether it can be found, and why not")
async def list_indexed_documents(
    request: Request, response: Response, caller: CanRead, states: States, pages: Pages
) -> list[IndexedDocumentView]:
    scope = f"search/{caller.tenant_id}"
    start = from_cursor(pages.cursor, scope)
    found, page = states.states(caller.tenant_id, limit=pages.limit, start_key=start)
    link_next(request, response, to_cursor(page.next_key, scope))
    return [view(IndexedDocumentView, state) for state in found]


@router.post("/reindex", summary="Read and index all documents anew, by another model if one is named")
async def rebuild_index(
    caller: CanWrite,
    rebuilder: Rebuilder,
    embedders: EmbedderOf,
    key: Idempotency,
    body: Annotated[RebuildOrder | None, Body()] = None,
) -> RebuildView:
    return service.rebuild(rebuilder, embedders, caller, body or RebuildOrder(), key)
