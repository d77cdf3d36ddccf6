"""A batch: begun while the caller waits; what is left then is in the queue already."""

import time
from typing import Final

from docchain.ai.batches.models import Batch, BatchTasks
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.batches.working import Worker
from docchain.ai.tasks.desk import Desk
from docchain.auth.caller import Caller
from docchain.storage.idempotency import IdempotencyKey
from functions.api.advanced_ai.schemas.batches import BatchOrder

GRACE_SECONDS: Final = 4.0
"""For the tasks that were begun when the wait was over."""
LEASE_SECONDS: Final = 30


def start_batch(
    desk: Desk, batches: BatchRepository, caller: Caller, order: BatchOrder, key: IdempotencyKey | None
) -> Batch:
    started = time.monotonic()
    tenant_id, tasks = caller.tenant_id, BatchTasks(items=order.items)
    batch_id, is_new = batches.create(tenant_id, tasks, caller.username, LEASE_SECONDS, key)
    if is_new:
        until = started + order.wait_seconds
        worker = Worker(desk, batches, tenant_id, batch_id, until, until + GRACE_SECONDS)
        if not worker.work(caller.username):
            batches.leave(tenant_id, batch_id, caller.username, go_on=True)
    return batches.read(tenant_id, batch_id)
