"""Routes of the tenant's cache."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from docchain.cache.limits import KEY_PATTERN
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.cache import service
from functions.api.cache.dependencies import CanRead, CanWrite, TheCache
from functions.api.cache.schemas import (
    BackendName,
    CacheStats,
    ClearCache,
    ClearedCache,
    DeletedEntry,
    EntryView,
    OptimizedCache,
    PutEntry,
)

router = APIRouter(prefix="/api/v3/advanced/cache", tags=["cache"], responses=ERROR_RESPONSES)

# Shorter than the cache's own keys by the prefix of entries.
Key = Annotated[str, Path(pattern=KEY_PATTERN, max_length=190)]
OneBackend = Annotated[BackendName | None, Query(description="One store alone.")]


@router.get("/stats", summary="What was asked of the cache, and what it saved")
async def read_statistics(caller: CanRead, cache: TheCache) -> CacheStats:
    return service.stats(cache, caller.tenant_id)


@router.post("/optimize", summary="Remove what is over from every store")
async def optimize_cache(caller: CanWrite, cache: TheCache) -> OptimizedCache:
    return service.optimize(cache, caller.tenant_id)


@router.post("/clear", summary="Forget what has one of the tags, or everything")
async def clear_cache(caller: CanWrite, cache: TheCache, body: ClearCache | None = None) -> ClearedCache:
    return service.clear(cache, caller.tenant_id, body.tags if body else [])


@router.get("/entries/{key}", summary="Read an entry")
async def read_entry(key: Key, caller: CanRead, cache: TheCache, backend: OneBackend = None) -> EntryView:
    return service.read_entry(cache, caller.tenant_id, key, backend)


@router.put("/entries/{key}", summary="Keep a value for a while")
async def put_entry(key: Key, body: PutEntry, caller: CanWrite, cache: TheCache) -> EntryView:
    return service.put_entry(cache, caller.tenant_id, key, body)


@router.delete("/entries/{key}", summary="Forget an entry")
async def delete_entry(key: Key, caller: CanWrite, cache: TheCache, backend: OneBackend = None) -> DeletedEntry:
    service.delete_entry(cache, caller.tenant_id, key, backend)
    return DeletedEntry(key=key)
