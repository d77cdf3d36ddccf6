"""A batch of events into the figures of their tenants. One tenant's trouble is not another's.

After the end of a run, what its steps had set aside under a budget and never settled is given back; a step that is
still at work then settles by itself.
"""

from collections import defaultdict

from botocore.exceptions import BotoCoreError, ClientError

from docchain.analytics.recording import record
from docchain.analytics.tally import ENDINGS
from docchain.costs.ledger import Ledger
from docchain.errors import DocchainError
from docchain.events.models import Event
from docchain.observability import logger
from docchain.storage.table import Table


def count_events(events: list[Event], table: Table) -> set[int]:
    """Positions of the events that are not done. They come again; what had been counted by then counts no more."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, event in enumerate(events):
        positions[event.tenant_id].append(position)
    failed: set[int] = set()
    for tenant_id, those in positions.items():
        some = [events[position] for position in those]
        try:
            record(table, tenant_id, some)
            for run_id in sorted({int(e.data["run_id"]) for e in some if e.type in ENDINGS}):
                Ledger(table).release(tenant_id, run_id)
        except (DocchainError, ClientError, BotoCoreError) as error:
            extra = {"tenant": tenant_id, "events": len(those), "reason": type(error).__name__}
            logger.warning("events left for another try", exc_info=error, extra=extra)
            failed.update(those)
    return failed
