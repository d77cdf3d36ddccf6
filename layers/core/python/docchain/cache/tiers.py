"""Several stores, one behind the other: the nearest that has it answers, and what is made goes into all.

A store that does not answer is left out for a few seconds, and every answer says so meanwhile.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from docchain.cache.backend import Backend
from docchain.cache.entry import Entry, Found, Locked, Swept
from docchain.cache.errors import BackendUnavailable, CacheQuotaExceeded
from docchain.errors import invalid
from docchain.observability import logger

DOWN_SECONDS: Final = 5.0
NEAR_SECONDS: Final = 5.0
"""How long a process serves from its own stores what it has from a shared one: no other can take it away there."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Look:
    """What each store said, the one that had it, and those that did not answer."""

    entry: Entry | None
    tier: str | None
    founds: Mapping[str, Found]
    degraded: tuple[str, ...]


@dataclass
class Tiers:
    backends: Mapping[str, Backend]
    default: tuple[str, ...]
    _down_until: dict[str, float] = field(default_factory=dict)

    def chosen(self, names: tuple[str, ...] | None) -> tuple[str, ...]:
        """Raises ``ValidationFailed`` for a store that this stage does not have."""
        if not names:
            return self.default
        for name in names:
            if name not in self.backends:
                raise invalid("backend", f"there is no store {name!r} here; there are: {', '.join(self.backends)}")
        return tuple(dict.fromkeys(names))

    def read(self, tenant_id: str, key: str, names: tuple[str, ...]) -> Look:
        founds: dict[str, Found] = {}
        for name in names:
            found = self._ask(name, lambda store: store.read(tenant_id, key))
            if found is None:
                continue
            founds[name] = found
            if found.entry:
                self._bring_near(tenant_id, key, found.entry, founds, name)
                return Look(found.entry, name, founds, self.down(names))
        return Look(None, None, founds, self.down(names))

    def read_all(self, tenant_id: str, key: str, names: tuple[str, ...]) -> Look:
        """For a write: what lies in each of them."""
        answers = self.ask_each(names, lambda store: store.read(tenant_id, key))
        founds = {name: found for name, found in answers if found is not None}
        return Look(None, None, founds, self.down(names))

    def is_original(self, look: Look, names: tuple[str, ...]) -> bool:
        """Not a copy that was brought near, whose end is not that of the entry."""
        return look.tier is not None and (
            self.backends[look.tier].is_shared or not any(self.backends[n].is_shared for n in names)
        )

    def write(self, tenant_id: str, key: str, entry: Entry, look: Look, names: tuple[str, ...], owner: str) -> bool:
        """Whether any store keeps it. The furthest goes first: what it refuses, the near ones do not keep either."""
        kept = False
        locking, has_shared = self.locking(names), any(self.backends[n].is_shared for n in names)
        for name in sorted(names, key=lambda n: not self.backends[n].is_shared):
            found = look.founds.get(name)
            if found is None:
                continue
            shortened = self._near(entry, name, has_shared)
            fitting = replace(shortened, generation=found.generation)
            written = self._store(tenant_id, key, fitting, found, name, owner if name == locking else "")
            if name == locking and not written and self.backends[name].is_shared and name in self.up(names):
                return False
            kept = kept or written
        return kept

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, look: Look, names: tuple[str, ...]) -> Locked:
        """With nobody to ask, everybody holds it: an answer made twice is better than none."""
        name = self.locking(names)
        found = look.founds.get(name, Found()) if name else Found()
        if name is None:
            return Locked(True, found)
        return self._ask(name, lambda store: store.lock(tenant_id, key, owner, seconds, found)) or Locked(True, found)

    def unlock(self, tenant_id: str, key: str, owner: str, names: tuple[str, ...]) -> None:
        name = self.locking(names)
        if name:
            self._ask(name, lambda store: store.unlock(tenant_id, key, owner))

    def delete(self, tenant_id: str, key: str, names: tuple[str, ...]) -> bool:
        """From the furthest to the nearest, else a reader in between would bring it near again."""
        answers = list(self.ask_each(names[::-1], lambda store: store.delete(tenant_id, key)))
        return any(deleted for _, deleted in answers)

    def clear(self, tenant_id: str, tags: tuple[str, ...], names: tuple[str, ...]) -> dict[str, Swept | None]:
        """``None`` of a store that did not answer."""
        return dict(self.ask_each(names[::-1], lambda store: store.clear(tenant_id, tags)))

    def sweep(self, tenant_id: str, names: tuple[str, ...]) -> dict[str, Swept | None]:
        return dict(self.ask_each(names, lambda store: store.sweep(tenant_id)))

    def locking(self, names: tuple[str, ...]) -> str | None:
        """The store whose lock counts: the first shared one that is up, else one that other processes here see."""
        up = self.up(names)
        shared = [n for n in up if self.backends[n].is_shared]
        return next(iter([*shared, *reversed(up)]), None)

    def up(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(n for n in names if self._down_until.get(n, 0) <= time.monotonic())

    def down(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(n for n in names if n not in self.up(names))

    def ask_each(
        self, names: tuple[str, ...], question: Callable[[Backend], Answer]
    ) -> Iterator[tuple[str, Answer | None]]:
        for name in names:
            yield name, self._ask(name, question)

    def _ask(self, name: str, question: Callable[[Backend], Answer]) -> Answer | None:
        if self._down_until.get(name, 0) > time.monotonic():
            return None
        try:
            return question(self.backends[name])
        except BackendUnavailable:
            self._down_until[name] = time.monotonic() + DOWN_SECONDS
            logger.warning("a store of the cache is away", extra={"backend": name, "seconds": DOWN_SECONDS})
            return None

    def _store(self, tenant_id: str, key: str, entry: Entry, found: Found, name: str, owner: str) -> bool:
        try:
            return bool(self._ask(name, lambda store: store.write(tenant_id, key, entry, found, owner)))
        except CacheQuotaExceeded:
            if owner:
                self._ask(name, lambda store: store.unlock(tenant_id, key, owner))
            raise

    def _bring_near(self, tenant_id: str, key: str, entry: Entry, founds: dict[str, Found], had_it: str) -> None:
        if not self.backends[had_it].is_shared:
            return
        for name, found in founds.items():
            if not self.backends[name].is_shared:
                near = replace(self._near(entry, name, True), generation=found.generation)
                self._store(tenant_id, key, near, found, name, "")

    def _near(self, entry: Entry, name: str, has_shared: bool) -> Entry:
        if self.backends[name].is_shared or not has_shared:
            return entry
        return replace(entry, expires_at=min(entry.expires_at, time.time() + NEAR_SECONDS))
