"""A batch of orders into the indexes of their tenants. One tenant's trouble is not another's."""

from collections import defaultdict

from botocore.exceptions import BotoCoreError, ClientError

from docchain.errors import DocchainError
from docchain.events.models import Event
from docchain.observability import logger
from docchain.search.compaction import Compactor
from docchain.search.indexing import Indexer


def index_documents(events: list[Event], indexer: Indexer, compactor: Compactor) -> set[int]:
    """Positions of the orders that are not done. They come again; what is done by then is not done again."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, event in enumerate(events):
        positions[event.tenant_id].append(position)
    failed: set[int] = set()
    for tenant_id, those in positions.items():
        try:
            late = indexer.apply(tenant_id, [events[position] for position in those])
            failed |= {those[number] for number in late}
            compactor.compact(tenant_id)
        except (DocchainError, ClientError, BotoCoreError) as error:
            extra = {"tenant": tenant_id, "orders": len(those), "reason": type(error).__name__}
            logger.warning("documents left for another try", exc_info=error, extra=extra)
            failed.update(those)
    return failed
