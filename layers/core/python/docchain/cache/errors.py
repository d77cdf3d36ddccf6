"""How the cache fails.

ClientError
├── CacheValueTooLarge 413   CacheEntryNotFound 404
└── CacheQuotaExceeded 409   the tenant's share of a store is used up
DependencyUnavailable
└── BackendUnavailable 503   a store is away; ``get_or_make`` goes on without it, and says so
"""

from docchain.errors import Conflict, DependencyUnavailable, NotFound, PayloadTooLarge


class CacheEntryNotFound(NotFound):
    code = "CACHE_ENTRY_NOT_FOUND"


class CacheValueTooLarge(PayloadTooLarge):
    code = "CACHE_VALUE_TOO_LARGE"


class CacheQuotaExceeded(Conflict):
    code = "CACHE_QUOTA_EXCEEDED"


class BackendUnavailable(DependencyUnavailable):
    code = "CACHE_BACKEND_UNAVAILABLE"

    def __init__(self, backend: str) -> None:
        super().__init__(f"The cache's store {backend} does not answer.", details={"backend": backend})
        self.backend = backend
