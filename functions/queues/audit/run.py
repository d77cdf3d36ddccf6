"""A batch of events to the chains of their tenants. One tenant's trouble is not another's."""

from collections import defaultdict

from botocore.exceptions import BotoCoreError, ClientError

from docchain.audit.chain import Chain
from docchain.errors import DocchainError
from docchain.events.models import Event
from docchain.observability import logger


def record_events(events: list[Event], chain: Chain) -> set[int]:
    """Positions of the events that have no entry yet. They come again; those that had one by then change nothing."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, event in enumerate(events):
        positions[event.tenant_id].append(position)
    failed: set[int] = set()
    for tenant_id, those in positions.items():
        try:
            chain.append(tenant_id, [events[position] for position in those])
        except (DocchainError, ClientError, BotoCoreError) as error:
            extra = {"tenant": tenant_id, "events": len(those), "reason": type(error).__name__}
            logger.warning("events left for another try", exc_info=error, extra=extra)
            failed.update(those)
    return failed
