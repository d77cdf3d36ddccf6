"""A Redis or Valkey server: shared by all processes, and fast. It may be away; the cache goes on without it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.cache.backends import redis_scripts as scripts
from docchain.cache.entry import Entry, Found, Locked, Swept, Usage, read_entry
from docchain.cache.errors import BackendUnavailable, CacheQuotaExceeded
from docchain.cache.limits import BYTES_MOST, ENTRIES_MOST, TTL_MOST

if TYPE_CHECKING:
    from redis import Redis

KEPT_MS = 2 * TTL_MOST * 1000
CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0


def connect(url: str, password: str | None = None) -> "Redis":
    """``redis://``, ``rediss://`` (TLS) or ``unix://``. Nothing is sent before the first use.

    It is not tried again: whoever asks a cache wants an answer sooner than the thing itself would give it.
    """
    from redis import Redis  # a third of a second of import, so only where a server is configured
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    secret = {"password": password} if password else {}
    waits = {} if url.startswith("unix:") else {"socket_connect_timeout": CONNECT_SECONDS}
    return Redis.from_url(url, socket_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 0), **waits, **secret)


@dataclass(frozen=True)
class RedisBackend:
    """``namespace`` keeps the stages apart that share a server; ``connecting`` is called when it is first needed."""

    connecting: Callable[[], "Redis"] = field(repr=False)
    namespace: str
    name: str = "redis"
    is_shared: bool = True
    entries_most: int = ENTRIES_MOST
    bytes_most: int = BYTES_MOST

    @cached_property
    def client(self) -> "Redis":
        return self.connecting()

    def read(self, tenant_id: str, key: str) -> Found:
        place = self._keys(tenant_id, key)
        with self._told():
            pipeline = self.client.pipeline(transaction=False)
            pipeline.get(place[0])
            pipeline.hget(place[3], "generation")
            value, generation = pipeline.execute()
        return _found(value, int(generation or 0))

    def write(self, tenant_id: str, key: str, entry: Entry, found: Found, owner: str = "") -> bool:  # noqa: ARG002
        left = math.ceil((entry.expires_at - time.time()) * 1000)
        if left <= 0:
            return False
        end, now = round(entry.expires_at * 1000), round(time.time() * 1000)
        bounds = (self.entries_most, self.bytes_most, KEPT_MS)
        sizes = (entry.written(), entry.size, left, end, now, entry.generation, owner)
        written = self._run(scripts.WRITE, tenant_id, key, key, *sizes, *bounds, *entry.tags)
        if written == -1:
            raise CacheQuotaExceeded("The tenant's share of the cache is used up; clear it, or let it expire.")
        return bool(written)

    def delete(self, tenant_id: str, key: str) -> bool:
        return bool(self._run(scripts.DELETE, tenant_id, key, key))

    def clear(self, tenant_id: str, tags: tuple[str, ...]) -> Swept:
        return Swept(int(self._run(scripts.CLEAR, tenant_id, "", KEPT_MS, *tags)))

    def sweep(self, tenant_id: str) -> Swept:
        return Swept(int(self._run(scripts.SWEEP, tenant_id, "", round(time.time() * 1000))))

    def usage(self, tenant_id: str) -> Usage:
        *_, sizes, marks = self._keys(tenant_id, "")
        with self._told():
            pipeline = self.client.pipeline(transaction=False)
            pipeline.hlen(sizes)
            pipeline.hget(marks, "bytes")
            entries, size = pipeline.execute()
        return Usage(int(entries), int(size or 0))

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, found: Found) -> Locked:
        rev = found.previous.rev if found.previous else ""
        with self._told():
            keys = self._keys(tenant_id, key)[:2]
            held, value = self._eval(scripts.LOCK, keys, owner, round(seconds * 1000), rev)
        return Locked(bool(held), _found(value, found.generation))

    def unlock(self, tenant_id: str, key: str, owner: str) -> None:
        with self._told():
            self._eval(scripts.UNLOCK, self._keys(tenant_id, key)[:2], owner)

    def _keys(self, tenant_id: str, key: str) -> tuple[str, str, str, str]:
        """The braces put all of a tenant into one slot of a cluster."""
        root = f"{self.namespace}:{{{tenant_id}}}"
        return f"{root}:v:{key}", f"{root}:lock:{key}", f"{root}:sizes", f"{root}:marks"

    def _run(self, script: str, tenant_id: str, key: str, *arguments: Any) -> int:
        with self._told():
            answer: int = self._eval(script, self._keys(tenant_id, key), self._keys(tenant_id, "")[0], *arguments)
            return answer

    def _eval(self, script: str, keys: tuple[str, ...], *arguments: Any) -> Any:
        return self.client.register_script(script)(keys=keys, args=arguments)

    @contextmanager
    def _told(self) -> Iterator[None]:
        from redis.exceptions import RedisError

        try:
            yield
        except (RedisError, OSError, BotoCoreError, ClientError):
            # `from None`: the client's errors repeat the address, which may carry a password.
            raise BackendUnavailable(self.name) from None


def _found(value: bytes | None, generation: int) -> Found:
    """What Redis has is live: it forgets by itself. What is not ours counts as absent, and is written over."""
    entry = read_entry(value) if value else None
    return Found(entry, entry, generation)
