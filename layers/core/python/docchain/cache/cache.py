"""The cache: asks the stores, and has made what none of them has, once."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from docchain.cache.entry import Entry, Swept
from docchain.cache.errors import BackendUnavailable, CacheEntryNotFound
from docchain.cache.flights import Flights
from docchain.cache.limits import TTL_DEFAULT, checked_key, checked_tags, checked_ttl, encoded
from docchain.cache.making import Making, Wanted
from docchain.cache.served import CostOf, Failures, Served, costs_nothing
from docchain.cache.statistics import NANO, Statistics
from docchain.cache.tiers import Tiers

_PUT_TRIES = 3


@dataclass
class Cache:
    """One per process. ``tiers`` of a call are the stores it uses, nearest first; by default those of the stage."""

    tiers: Tiers
    statistics: Statistics
    making: Making = field(init=False)
    _flights: Flights[Served] = field(default_factory=Flights, repr=False)

    def __post_init__(self) -> None:
        self.making = Making(self.tiers)

    def get_or_make(
        self,
        tenant_id: str,
        key: str,
        make: Callable[[], Any],
        *,
        ttl: float = TTL_DEFAULT,
        tags: Iterable[str] = (),
        tiers: tuple[str, ...] | None = None,
        cost_of: CostOf = costs_nothing,
        is_kept: Callable[[Any], bool] = lambda _: True,
        failures: Failures | None = None,
    ) -> Served:
        """The value, made by ``make`` if nobody has it. However many ask at once, it is made once.

        A value that is too large, has no room, or not ``is_kept``, is served and not stored. What ``make`` raises is
        raised to all who waited in this process. Raises ``ValidationFailed`` for a key, tag or time it does not take.
        """
        names = self.tiers.chosen(tiers)
        wanted = Wanted(
            tenant_id, checked_key(key), make, checked_ttl(ttl), checked_tags(tags), names, cost_of, is_kept, failures
        )
        counts: dict[str, int] = {}

        def landed(waited: int) -> None:
            answered = counts.keys() & {"hits", "sets", "not_stored"}
            name = "hits" if answered else "misses"  # what failed, failed for all who waited
            counts[name] = counts.get(name, 0) + waited
            counts["coalesced"] = waited
            counts["saved_nano_usd"] = counts.get("saved_nano_usd", 0) + waited * counts.pop("each_nano_usd", 0)
            self.statistics.count(tenant_id, counts)

        def go() -> Served:
            return self.making.serve(wanted, counts)

        served, waited = self._flights.join((tenant_id, key, names), go, landed)
        if not waited:
            return served
        return Served(
            value=served.value,
            cached=True,
            tier=served.tier,
            stored=served.stored,
            coalesced=True,
            age_seconds=served.age_seconds,
            expires_at=served.expires_at,
            nano_usd=served.nano_usd,
            degraded=served.degraded,
        )

    def find(self, tenant_id: str, key: str, tiers: tuple[str, ...] | None = None) -> Entry | None:
        """Without a count: for what belongs to the question, and is not the answer."""
        return self.tiers.read(tenant_id, checked_key(key), self.tiers.chosen(tiers)).entry

    def get(self, tenant_id: str, key: str, tiers: tuple[str, ...] | None = None) -> tuple[Entry, str]:
        """The entry and the store that has it. Raises ``CacheEntryNotFound``."""
        names = self.tiers.chosen(tiers)
        look = self.tiers.read(tenant_id, checked_key(key), names)
        asked = {"hits": 1, "saved_nano_usd": look.entry.nano_usd} if look.entry else {"misses": 1}
        self.statistics.count(tenant_id, {**asked, "degraded": 1 if look.degraded else 0})
        if look.entry is None or look.tier is None:
            if look.degraded and not look.founds:
                raise BackendUnavailable(look.degraded[0])
            raise CacheEntryNotFound(f"There is no entry {key!r} in the cache.")
        return look.entry, look.tier

    def put(
        self,
        tenant_id: str,
        key: str,
        value: Any,
        *,
        ttl: float = TTL_DEFAULT,
        tags: Iterable[str] = (),
        tiers: tuple[str, ...] | None = None,
        cost_usd: float = 0.0,
        is_counted: bool = True,
    ) -> Entry:
        """Over whatever was there. Raises ``CacheValueTooLarge``, ``CacheQuotaExceeded``, ``BackendUnavailable``."""
        names, now = self.tiers.chosen(tiers), time.time()
        entry = Entry(
            encoded(value), now, now + checked_ttl(ttl), tags=checked_tags(tags), nano_usd=round(cost_usd * NANO)
        )
        for _ in range(_PUT_TRIES):
            look = self.tiers.read_all(tenant_id, checked_key(key), names)
            if self.tiers.write(tenant_id, key, entry, look, names, owner=""):
                if is_counted:
                    self.statistics.count(tenant_id, {"sets": 1, "degraded": 1 if look.degraded else 0})
                return entry
            if not self.tiers.up(names):
                break
        raise BackendUnavailable((*self.tiers.down(names), *names)[0])

    def delete(self, tenant_id: str, key: str, tiers: tuple[str, ...] | None = None) -> None:
        """From every store. Raises ``CacheEntryNotFound``, ``BackendUnavailable`` when a shared one is away."""
        names = self.tiers.chosen(tiers)
        self._flights.forget(lambda flight: flight[:2] == (tenant_id, key))  # type: ignore[index]  # a tuple: ours
        deleted = self.tiers.delete(tenant_id, checked_key(key), names)
        self._insist(names)
        if not deleted:
            raise CacheEntryNotFound(f"There is no entry {key!r} in the cache.")
        self.statistics.count(tenant_id, {"deletes": 1})

    def clear(
        self, tenant_id: str, tags: Iterable[str] = (), tiers: tuple[str, ...] | None = None
    ) -> dict[str, Swept | None]:
        """What has one of the tags, or everything without any. Raises ``BackendUnavailable`` when a shared one is away:
        who clears must be sure that nothing of it is served.
        """
        names = self.tiers.chosen(tiers)
        self._flights.forget(lambda flight: flight[0] == tenant_id)  # type: ignore[index]  # a tuple: ours
        cleared = self.tiers.clear(tenant_id, checked_tags(tags), names)
        self._insist(names)
        removed = sum(swept.removed for swept in cleared.values() if swept)
        self.statistics.count(tenant_id, {"clears": 1, "deletes": removed})
        return cleared

    def _insist(self, names: tuple[str, ...]) -> None:
        away = [name for name in self.tiers.down(names) if self.tiers.backends[name].is_shared]
        if away:
            raise BackendUnavailable(away[0])
