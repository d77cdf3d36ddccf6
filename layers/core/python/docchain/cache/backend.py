"""What a store is to the cache. Every method names the tenant: no store knows a key without one."""

from typing import Protocol

from docchain.cache.entry import Entry, Found, Locked, Swept, Usage


class Backend(Protocol):
    """Each method may raise ``BackendUnavailable``."""

    @property
    def name(self) -> str: ...

    @property
    def is_shared(self) -> bool:
        """Whether other processes see what is written here."""
        ...

    def read(self, tenant_id: str, key: str) -> Found: ...

    def write(self, tenant_id: str, key: str, entry: Entry, found: Found, owner: str = "") -> bool:
        """``False`` when it was cleared, or written by somebody else, since it was ``found``. Frees the owner's lock.

        Raises ``CacheQuotaExceeded`` where the oldest do not make room for the new.
        """
        ...

    def delete(self, tenant_id: str, key: str) -> bool: ...

    def clear(self, tenant_id: str, tags: tuple[str, ...]) -> Swept:
        """What has one of the tags, or everything if there are none, is not served from now on."""
        ...

    def sweep(self, tenant_id: str) -> Swept:
        """Removes what is over."""
        ...

    def usage(self, tenant_id: str) -> Usage: ...

    def lock(self, tenant_id: str, key: str, owner: str, seconds: float, found: Found) -> Locked: ...

    def unlock(self, tenant_id: str, key: str, owner: str) -> None: ...
