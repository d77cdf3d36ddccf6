"""What is counted of a tenant's cache, for as long as there has been one."""

from collections.abc import Mapping
from typing import Final, Protocol

NANO: Final = 1_000_000_000

# hits + misses are all that was asked for. Of the hits, ``coalesced`` waited for one that was being made,
# ``negative_hits`` were told of a failure or an absence, and ``early_refreshes`` count makings before the end.
COUNTED: Final = (
    *("hits", "misses", "sets", "deletes", "clears", "coalesced", "negative_hits"),
    *("early_refreshes", "failed_refreshes", "not_stored", "degraded", "saved_nano_usd"),
)


class Statistics(Protocol):
    def count(self, tenant_id: str, counts: Mapping[str, int]) -> None: ...

    def read(self, tenant_id: str) -> Mapping[str, int]:
        """Every name of ``COUNTED``."""
        ...
