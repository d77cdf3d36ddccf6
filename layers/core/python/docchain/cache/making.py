"""How a value is served: from a store, by waiting for whoever makes it, or by making it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from docchain.cache.early import is_due
from docchain.cache.entry import Entry
from docchain.cache.errors import CacheQuotaExceeded, CacheValueTooLarge
from docchain.cache.limits import NEGATIVE_SECONDS, encoded
from docchain.cache.served import CostOf, Failures, Served
from docchain.cache.statistics import NANO
from docchain.cache.tiers import Look, Tiers
from docchain.ids import new_ulid
from docchain.observability import logger

LEASE_SECONDS: Final = 60.0
"""Longer than a provider is waited for: whoever died while making is waited for no longer than this."""

WAIT_SECONDS: Final = 20.0
"""Less than the 29 s after which API Gateway gives up: past it a caller makes it for itself."""

POLL_SECONDS: Final = (0.05, 0.5)


@dataclass(frozen=True, slots=True)
class Wanted:
    tenant_id: str
    key: str
    make: Callable[[], Any]
    ttl: float
    tags: tuple[str, ...]
    tiers: tuple[str, ...]
    cost_of: CostOf
    is_kept: Callable[[Any], bool]
    failures: Failures | None


Counts = dict[str, int]


@dataclass
class Making:
    tiers: Tiers
    wait_seconds: float = WAIT_SECONDS
    lease_seconds: float = LEASE_SECONDS

    def serve(self, wanted: Wanted, counts: Counts) -> Served:
        """Raises what ``make`` raises, or what it raised a moment ago where that was worth remembering."""
        look = self.tiers.read(wanted.tenant_id, wanted.key, wanted.tiers)
        if look.degraded:
            counts["degraded"] = 1
        if look.entry is None:
            return self._make_or_wait(wanted, look, counts)
        if self.tiers.is_original(look, wanted.tiers) and not look.entry.is_failure and is_due(look.entry):
            return self._refresh(wanted, look, look.entry, counts)
        return _hit(wanted, look, look.entry, counts)

    def _refresh(self, wanted: Wanted, look: Look, entry: Entry, counts: Counts) -> Served:
        """One at a time makes it anew; the others, and the one who fails, still have what there is."""
        owner = new_ulid()
        locked = self.tiers.lock(wanted.tenant_id, wanted.key, owner, self.lease_seconds, look, wanted.tiers)
        if not locked.held:
            return _hit(wanted, look, locked.found.entry or entry, counts)
        try:
            served = self._make(wanted, look, owner, counts)
        except Exception as error:  # noqa: BLE001  # whatever it was, the entry is still good, and the next reader tries again
            logger.warning("an early refresh failed", extra={"error": type(error).__name__})
            counts["failed_refreshes"] = 1
            counts.pop("misses", None)
            return _hit(wanted, look, entry, counts)
        counts["early_refreshes"] = 1
        return served

    def _make_or_wait(self, wanted: Wanted, look: Look, counts: Counts) -> Served:
        owner, until, pause = new_ulid(), time.monotonic() + self.wait_seconds, POLL_SECONDS[0]
        while True:
            locked = self.tiers.lock(wanted.tenant_id, wanted.key, owner, self.lease_seconds, look, wanted.tiers)
            if locked.found.entry:  # made while we asked
                return _hit(wanted, look, locked.found.entry, counts, self.tiers.locking(wanted.tiers))
            if locked.held:
                return self._make(wanted, look, owner, counts)
            if time.monotonic() >= until:
                logger.warning("a lock of the cache was held too long", extra={"key": wanted.key})
                return self._make(wanted, look, "", counts)
            time.sleep(pause)
            pause = min(pause * 1.5, POLL_SECONDS[1])

    def _make(self, wanted: Wanted, look: Look, owner: str, counts: Counts) -> Served:
        counts["misses"] = 1
        began, started = time.time(), time.monotonic()
        try:
            value = wanted.make()
        except Exception as error:
            self._remember(wanted, look, owner, error)
            raise
        nano_usd = round(wanted.cost_of(value) * NANO)
        counts["each_nano_usd"] = nano_usd
        ttl = wanted.ttl if value is not None else min(wanted.ttl, NEGATIVE_SECONDS)
        ends, took = time.time() + ttl, round((time.monotonic() - started) * 1000)
        entry = Entry("", began, ends, made_ms=took, tags=wanted.tags, nano_usd=nano_usd)
        stored = self._keep_value(wanted, value, entry, look, owner)
        counts["sets" if stored else "not_stored"] = 1
        return Served(value, cached=False, stored=stored, expires_at=ends, degraded=self.tiers.down(wanted.tiers))

    def _keep_value(self, wanted: Wanted, value: Any, entry: Entry, look: Look, owner: str) -> bool:
        try:
            text = encoded(value) if wanted.is_kept(value) else None
        except CacheValueTooLarge:
            text = None
        if text is None:
            self._free(wanted, owner)
            return False
        return self._keep(wanted, replace(entry, value=text), look, owner)

    def _keep(self, wanted: Wanted, entry: Entry, look: Look, owner: str) -> bool:
        """It is served all the same when there is no room for it, or it was cleared meanwhile."""
        try:
            kept = self.tiers.write(wanted.tenant_id, wanted.key, entry, look, wanted.tiers, owner)
        except CacheQuotaExceeded:
            logger.info("no room in the cache", extra={"tenant": wanted.tenant_id})
            return False
        if not kept:
            self._free(wanted, owner)
        return kept

    def _remember(self, wanted: Wanted, look: Look, owner: str, error: Exception) -> None:
        kept = wanted.failures.remember(error) if wanted.failures else None
        # While there is an answer that holds, a failure does not take its place.
        if kept is None or look.entry is not None:
            self._free(wanted, owner)
            return
        now = time.time()
        ends = now + min(wanted.ttl, NEGATIVE_SECONDS)
        self._keep(wanted, Entry(encoded(kept), now, ends, tags=wanted.tags, is_failure=True), look, owner)

    def _free(self, wanted: Wanted, owner: str) -> None:
        if owner:
            self.tiers.unlock(wanted.tenant_id, wanted.key, owner, wanted.tiers)


def _hit(wanted: Wanted, look: Look, entry: Entry, counts: Counts, tier: str | None = None) -> Served:
    """Raises the failure that was kept, if it is one that the caller knows how to read."""
    counts["hits"] = 1
    counts["saved_nano_usd"] = counts["each_nano_usd"] = entry.nano_usd
    value = entry.decoded()
    if entry.is_failure or value is None:
        counts["negative_hits"] = 1
    if entry.is_failure and wanted.failures:
        raise wanted.failures.recall(value)
    return Served(
        value=value,
        cached=True,
        tier=tier or look.tier,
        age_seconds=max(0.0, time.time() - entry.created_at),
        expires_at=entry.expires_at,
        nano_usd=entry.nano_usd,
        degraded=look.degraded,
    )
