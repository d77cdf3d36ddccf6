"""Steps of a thousand entries, tenant by tenant, until nothing is left or the time is out; each step is kept.

Each tenant gets at most so many steps a run, so that a large one does not keep others waiting.
"""

import time

from docchain.audit.erasure import open_erasures, walk_on
from docchain.audit.retention import erase_older
from docchain.audit.tenants import each_tenant
from functions.schedules.audit_retention.dependencies import audit, policies

BUDGET_SECONDS = 780
STEPS_PER_TENANT = 20


def run() -> dict[str, int]:
    done, deadline = {"erased": 0, "unfinished": 0}, time.monotonic() + BUDGET_SECONDS
    for tenant_id in each_tenant(audit()):
        done["erased"] += _forget_old(tenant_id, deadline) + _forget_users(tenant_id, deadline)
        if time.monotonic() > deadline:
            done["unfinished"] = 1
            break
    return done


def _forget_old(tenant_id: str, deadline: float) -> int:
    days, erased = policies().read(tenant_id).audit.retention_days, 0
    for _ in range(STEPS_PER_TENANT):
        count, is_more = erase_older(audit(), tenant_id, days)
        erased += count
        if not is_more or time.monotonic() > deadline:
            break
    return erased


def _forget_users(tenant_id: str, deadline: float) -> int:
    erased = 0
    for erasure in open_erasures(audit(), tenant_id):
        at = erasure
        for _ in range(STEPS_PER_TENANT):
            before, at = at, walk_on(audit(), tenant_id, at)
            if at.is_done or at.walked_to == before.walked_to or time.monotonic() > deadline:
                break
        erased += at.erased - erasure.erased
    return erased
