"""Tenant by tenant: what is older than its policy says goes, but for what held and open runs have made or may read."""

from datetime import UTC, datetime

from docchain.audit.tenants import each_tenant
from docchain.observability import logger
from docchain.runs.references import OutOfTime
from docchain.runs.staying import OPEN_RUNS_MOST
from functions.schedules.housekeeping.dependencies import audit, expiry, policies, staying


def expire_documents(deadline: float) -> dict[str, int]:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    done = {"expired": 0, "tenants_left": 0}
    limited = _limited()
    open_runs = staying().open_runs() if limited else {}
    if open_runs is None:
        logger.error("more runs are open than can be looked at: no document goes", extra={"most": OPEN_RUNS_MOST})
        return done | {"tenants_left": len(limited)}
    for tenant_id, days in limited:
        try:
            kept = staying().of(tenant_id, open_runs.get(tenant_id, set()), deadline)
        except OutOfTime:
            logger.error("a tenant's runs take longer to read than there is time", extra={"tenant": tenant_id})
            done["tenants_left"] = 1
            break
        count, is_whole = expiry().expire(tenant_id, days, kept, datetime.now(UTC), deadline)
        done["expired"] += count
        if not is_whole:
            done["tenants_left"] = 1
            break
    return done


def _limited() -> list[tuple[str, int]]:
    """Tenants and their days, each day beginning with another one: none takes the time of those behind it for ever."""
    found = [(t, policies().read(t).document_retention_days) for t in each_tenant(audit())]
    limited = [(tenant_id, days) for tenant_id, days in found if days is not None]
    first = datetime.now(UTC).toordinal() % max(1, len(limited))
    return limited[first:] + limited[:first]
