"""One ended run: what its nodes did is undone where they say how. The same event again finds it done."""

import time

from docchain.events.models import Event
from docchain.observability import logger
from docchain.steps.compensating import compensate
from functions.listeners.compensations.dependencies import SECONDS, undoing


def undo_effects(fact: Event) -> None:
    deadline = time.monotonic() + SECONDS
    count = compensate(undoing(), fact.tenant_id, int(fact.data["run_id"]), deadline)
    if count:
        logger.info("effects undone", extra={"tenant": fact.tenant_id, "run": fact.data["run_id"], "count": count})
