"""Signs a head for each tenant with entries that none covers yet.

A chain that does not hold is left as it is and told at the end, by failing: that is what the alarm hears. What time
runs out for is signed by the next run, which passes over what is signed.
"""

import time

from docchain.audit.broken import ChainBroken
from docchain.audit.tenants import unsigned_tenants
from docchain.observability import logger
from functions.schedules.audit_heads.dependencies import heads

BUDGET_SECONDS = 780


def run() -> dict[str, int]:
    done, broken, deadline = {"signed": 0, "unfinished": 0}, [], time.monotonic() + BUDGET_SECONDS
    for tenant_id in unsigned_tenants(heads().table):
        try:
            done["signed"] += _sign_all(tenant_id, deadline)
        except ChainBroken as error:
            logger.error("the audit does not hold", extra={"tenant": tenant_id, "fault": error.details})
            broken.append(error)
        if time.monotonic() > deadline:
            done["unfinished"] = 1
            break
    if broken:
        raise broken[0]
    return done


def _sign_all(tenant_id: str, deadline: float) -> int:
    """One head covers so many entries at most; a busy day has several."""
    signed = 0
    while time.monotonic() < deadline and heads().sign(tenant_id)[1]:
        signed += 1
    return signed
