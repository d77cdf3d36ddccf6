"""One look at the sandbox for all who collect, then one at each alert rule, until the time is out.

One tenant's trouble is not another's. What time runs out for has its turn first in the next minute; the log says so.
"""

import time

from botocore.exceptions import BotoCoreError, ClientError

from docchain.errors import DocchainError
from docchain.metrics.alerts.evaluating import look_at
from docchain.metrics.service import each_collecting, stop_behind
from docchain.observability import logger
from functions.schedules.metrics.dependencies import collector, rules, table

COLLECTING_SECONDS = 20
BUDGET_SECONDS = 45


def run() -> dict[str, int]:
    started = time.monotonic()
    done = {"collected": 0, "failed": 0, "looked_at": 0, "told": 0, "unfinished": 0}
    _collect(done, started + COLLECTING_SECONDS)
    _look_at_rules(done, started + BUDGET_SECONDS)
    return done


def _collect(done: dict[str, int], deadline: float) -> None:
    values = collector().look()
    for tenant_id in each_collecting(table()):
        done["collected" if _kept(tenant_id, values) else "failed"] += 1
        if time.monotonic() > deadline:
            stop_behind(table(), tenant_id)
            done["unfinished"] = 1
            return


def _kept(tenant_id: str, values: dict[str, float]) -> bool:
    try:
        return collector().keep(tenant_id, values)
    except (DocchainError, BotoCoreError, ClientError) as error:
        # Not even the failure could be noted.
        logger.warning("a tenant's collection failed", exc_info=error, extra={"tenant": tenant_id})
        return False


def _look_at_rules(done: dict[str, int], deadline: float) -> None:
    for some in rules().each_watched():
        for tenant_id, rule in some:
            try:
                done["told"] += look_at(rules(), tenant_id, rule) is not None
                done["looked_at"] += 1
            except (DocchainError, BotoCoreError, ClientError) as error:
                done["failed"] += 1
                extra = {"tenant": tenant_id, "rule": rule.id}
                logger.warning("an alert rule was not looked at", exc_info=error, extra=extra)
            if time.monotonic() > deadline:
                rules().stop_behind(tenant_id, rule.id)
                done["unfinished"] = 1
                return
