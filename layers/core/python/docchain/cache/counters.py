"""The counters in DynamoDB: each call adds to them in one atomic write, whichever store it was served from."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docchain.cache.backends.dynamodb_head import pk_of
from docchain.cache.errors import BackendUnavailable
from docchain.cache.statistics import COUNTED
from docchain.observability import logger
from docchain.storage.table import Table

_SK = "counters"


@dataclass(frozen=True)
class Counters:
    table: Table

    def count(self, tenant_id: str, counts: Mapping[str, int]) -> None:
        """A count that cannot be written is said in the log and lost: nobody's answer waits for it."""
        told = {name: value for name, value in counts.items() if value}
        if not told:
            return
        try:
            self.table.update(pk_of(tenant_id), _SK, add=told, set_={"entity": "cache_counters"})
        except (BotoCoreError, ClientError):
            logger.warning("cache counts were lost", extra={"tenant": tenant_id, "counts": told})

    def read(self, tenant_id: str) -> Mapping[str, int]:
        """Raises ``BackendUnavailable``."""
        try:
            item = self.table.get(pk_of(tenant_id), _SK, consistent=True) or {}
        except (BotoCoreError, ClientError) as error:
            raise BackendUnavailable("dynamodb") from error
        return {name: int(item.get(name, 0)) for name in COUNTED}
