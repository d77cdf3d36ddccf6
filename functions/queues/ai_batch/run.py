"""One batch, as far as the time goes. The same order again finds what is done, and does not do it again."""

import time
from typing import Final

from docchain.ai.batches.errors import BatchBusy, BatchNotFound
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.batches.working import Worker
from docchain.ai.tasks.desk import Desk
from docchain.events.models import Event
from docchain.observability import logger

SECONDS: Final = 720.0
GRACE_SECONDS: Final = 70.0
LEASE_SECONDS: Final = 880
"""Longer than the function lives: nobody else begins while it works."""


def work_off(order: Event, desk: Desk, batches: BatchRepository) -> None:
    """Raises ``BatchBusy`` while somebody else holds it: the order comes again, and by then it is done or free."""
    tenant_id, batch_id = order.tenant_id, str(order.data["batch_id"])
    actor = order.actor or "system"
    try:
        if batches.read(tenant_id, batch_id).status == "completed":
            return
    except BatchNotFound:
        logger.info("a batch is gone", extra={"tenant": tenant_id, "batch": batch_id})
        return
    if not batches.lease(tenant_id, batch_id, LEASE_SECONDS):
        raise BatchBusy(f"Batch {batch_id} is worked on by somebody else.")
    until = time.monotonic() + SECONDS
    worker = Worker(desk, batches, tenant_id, batch_id, until, until + GRACE_SECONDS)
    if not worker.work(actor):
        batches.leave(tenant_id, batch_id, actor, go_on=True)
