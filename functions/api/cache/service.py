"""Entries that callers keep, under a prefix of their own: nobody reads or overwrites a provider's answer by its key."""

from datetime import UTC, datetime

from docchain.cache.cache import Cache
from docchain.cache.entry import Entry
from docchain.cache.statistics import NANO
from docchain.clock import now, to_iso
from functions.api.cache.schemas import (
    BackendView,
    CacheStats,
    ClearedCache,
    EntryView,
    OptimizedCache,
    PutEntry,
)

_OWN = "api."


def read_entry(cache: Cache, tenant_id: str, key: str, backend: str | None) -> EntryView:
    entry, tier = cache.get(tenant_id, _OWN + key, _only(backend))
    return _view(key, entry, tier)


def put_entry(cache: Cache, tenant_id: str, key: str, body: PutEntry) -> EntryView:
    entry = cache.put(
        tenant_id, _OWN + key, body.value, ttl=body.ttl_seconds, tags=body.tags, tiers=_only(body.backend)
    )
    return _view(key, entry, body.backend or cache.tiers.default[-1])


def delete_entry(cache: Cache, tenant_id: str, key: str, backend: str | None) -> None:
    cache.delete(tenant_id, _OWN + key, _only(backend))


def clear(cache: Cache, tenant_id: str, tags: list[str]) -> ClearedCache:
    cleared = [swept for swept in cache.clear(tenant_id, tags, tuple(cache.tiers.backends)).values() if swept]
    return ClearedCache(
        tags=sorted(set(tags)),
        entries_removed=sum(swept.removed for swept in cleared),
        complete=all(swept.complete for swept in cleared),
        timestamp=now(),
    )


def optimize(cache: Cache, tenant_id: str) -> OptimizedCache:
    names = tuple(cache.tiers.backends)
    swept = cache.tiers.sweep(tenant_id, names)
    used = dict(cache.tiers.ask_each(names, lambda store: store.usage(tenant_id)))
    return OptimizedCache(
        expired_items_removed=sum(s.removed for s in swept.values() if s),
        current_cache_size=sum(u.entries for u in used.values() if u),
        optimization_completed=all(s is not None and s.complete for s in swept.values()),
        unavailable_backends=list(cache.tiers.down(names)),
        timestamp=now(),
    )


def stats(cache: Cache, tenant_id: str) -> CacheStats:
    counted = cache.statistics.read(tenant_id)
    views = []
    for name, used in cache.tiers.ask_each(tuple(cache.tiers.backends), lambda store: store.usage(tenant_id)):
        entries, size = (used.entries, used.size) if used else (None, None)
        shared = cache.tiers.backends[name].is_shared
        views.append(
            BackendView(name=name, available=used is not None, shared=shared, entries=entries, size_bytes=size)
        )
    total = counted["hits"] + counted["misses"]
    return CacheStats(
        **{name: value for name, value in counted.items() if name != "saved_nano_usd"},
        hit_rate=round(counted["hits"] / total, 4) if total else 0.0,
        total_requests=total,
        memory_cache_size=next(v.entries or 0 for v in views if v.name == "memory"),
        available_backends=[v.name for v in views if v.available],
        default_backend=cache.tiers.default[-1],
        backends=views,
        saved_usd=counted["saved_nano_usd"] / NANO,
        timestamp=now(),
    )


def _only(backend: str | None) -> tuple[str, ...] | None:
    return (backend,) if backend else None


def _view(key: str, entry: Entry, tier: str) -> EntryView:
    return EntryView(
        key=key,
        value=entry.decoded(),
        tags=list(entry.tags),
        backend=tier,
        size_bytes=entry.size,
        created_at=to_iso(datetime.fromtimestamp(entry.created_at, UTC)),
        expires_at=to_iso(datetime.fromtimestamp(entry.expires_at, UTC)),
    )
