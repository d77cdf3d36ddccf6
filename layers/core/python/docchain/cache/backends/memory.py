"""This process's memory: the fastest, and gone with the process. The oldest of a tenant make room for its new ones."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from docchain.cache.backends.shares import Marks, of_key
from docchain.cache.entry import Entry, Found, Locked, Swept, Usage

ENTRIES_MOST = 1_000
BYTES_MOST = 8 * 1024 * 1024
TENANTS_MOST = 64
"""Whose shares are held at once: half a gigabyte at the very worst, of which a function's memory is the real bound."""


@dataclass
class _Share:
    entries: OrderedDict[str, Entry] = field(default_factory=OrderedDict)
    size: int = 0
    marks: Marks = field(default_factory=Marks)

    def drop(self, key: str) -> Entry | None:
        entry = self.entries.pop(key, None)
        self.size -= entry.size if entry else 0
        return entry


@dataclass
class MemoryBackend:
    name: str = "memory"
    is_shared: bool = False
    total_bytes: int = 64 * 1024 * 1024
    _shares: OrderedDict[str, _Share] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def read(self, tenant_id: str, key: str) -> Found:
        with self._lock:
            share = self._share(tenant_id)
            entry = share.entries.get(key)
            if entry and entry.expires_at <= time.time():
                share.drop(key)
                entry = None
            if entry:
                share.entries.move_to_end(key)
            return Found(entry, entry, share.marks.generation)

    def write(self, tenant_id: str, key: str, entry: Entry, found: Found, owner: str = "") -> bool:  # noqa: ARG002
        with self._lock:
            share = self._share(tenant_id)
            if share.marks.covers(key, entry):
                return False
            share.drop(key)
            share.entries[key] = entry
            share.size += entry.size
            while len(share.entries) > ENTRIES_MOST or share.size > BYTES_MOST:
                share.drop(next(iter(share.entries)))
            self._shed()
            return key in share.entries

    def delete(self, tenant_id: str, key: str) -> bool:
        with self._lock:
            share = self._share(tenant_id)
            # Whoever makes it at this moment must not put it back.
            share.marks.clear((of_key(key),))
            dropped = share.drop(key)
            return dropped is not None and dropped.expires_at > time.time()

    def clear(self, tenant_id: str, tags: tuple[str, ...]) -> Swept:
        with self._lock:
            share = self._share(tenant_id)
            share.marks.clear(tags)
            return _drop_all(share, [k for k, e in share.entries.items() if share.marks.covers(k, e)])

    def sweep(self, tenant_id: str) -> Swept:
        with self._lock:
            share, now = self._share(tenant_id), time.time()
            return _drop_all(share, [k for k, e in share.entries.items() if e.expires_at <= now])

    def usage(self, tenant_id: str) -> Usage:
        with self._lock:
            share = self._share(tenant_id)
            return Usage(len(share.entries), share.size)

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, found: Found) -> Locked:  # noqa: ARG002
        """Callers of one process are kept in one line before they come here (``flights``)."""
        return Locked(True, found)

    def unlock(self, tenant_id: str, key: str, owner: str) -> None:  # noqa: ARG002
        return None

    def _share(self, tenant_id: str) -> _Share:
        share = self._shares.setdefault(tenant_id, _Share())
        self._shares.move_to_end(tenant_id)
        return share

    def _shed(self) -> None:
        """The tenants that were not heard of for longest go first, whole."""
        while len(self._shares) > TENANTS_MOST or sum(s.size for s in self._shares.values()) > self.total_bytes:
            _, share = self._shares.popitem(last=False)
            share.entries.clear()
            share.size = 0


def _drop_all(share: _Share, keys: list[str]) -> Swept:
    for key in keys:
        share.drop(key)
    return Swept(len(keys))
