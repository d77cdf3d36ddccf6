"""Each pool by itself: what is wrong with one keeps nobody waiting in the others."""

from docchain.observability import logger
from docchain.tasks.sweeping import sweep
from functions.schedules.tasks.dependencies import world


def run() -> dict[str, int]:
    seen = {"sent": 0, "recovered": 0, "woken": 0, "failed": 0}
    for pool, workers in world().workers.items():
        try:
            found = sweep(world().tasks, world().tokens, pool, workers)
        except Exception as error:  # noqa: BLE001  # the other pools' tasks are due too
            logger.error("a pool could not be swept", extra={"pool": pool}, exc_info=error)
            seen["failed"] += 1
            continue
        for name, count in found.items():
            seen[name] += count
    return seen
