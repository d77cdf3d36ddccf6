"""Tenant by tenant: what is older than its policy says goes, but for what held and open runs have made or read."""

from datetime import UTC, datetime
from functools import partial

from docchain.audit.tenants import each_tenant
from docchain.runs.staying import staying
from functions.schedules.housekeeping.dependencies import audit, expiry, holds, policies, runs


def expire_documents(deadline: float) -> dict[str, int]:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    done = {"expired": 0, "tenants_left": 0}
    for tenant_id in each_tenant(audit()):
        days = policies().read(tenant_id).document_retention_days
        if days is None:
            continue
        kept = partial(staying, runs(), tenant_id, holds().read_all(tenant_id))
        count, is_whole = expiry().expire(tenant_id, days, kept, datetime.now(UTC), deadline)
        done["expired"] += count
        if not is_whole:
            done["tenants_left"] = 1
            break
    return done
