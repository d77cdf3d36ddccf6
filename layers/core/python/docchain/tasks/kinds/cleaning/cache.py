"""Entries of the cache that are over: they are served to nobody, and take room until they go."""

from collections.abc import Iterator

from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.cache import Cache

SWEEPS_MOST = 100
"""Each goes on where the last one stopped."""


def sweep_cache(cache: Cache, tenant: str, *, dry_run: bool) -> Iterator[int]:
    """Of the stores that others share; those of this process end with it."""
    shared = tuple(name for name, store in cache.tiers.backends.items() if store.is_shared)
    if dry_run:
        table = cache.tiers.backends.get("dynamodb")
        yield table.count_over(tenant) if isinstance(table, DynamoBackend) else 0
        return
    for _ in range(SWEEPS_MOST):
        swept = [one for one in cache.tiers.sweep(tenant, shared).values() if one]
        yield sum(one.removed for one in swept)
        if all(one.complete for one in swept):
            return
