"""Tenant by tenant: what is older than its policy says goes, but for what held and open runs have made or may read."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from docchain.audit.tenants import each_tenant
from docchain.documents.models import Document
from docchain.observability import logger
from docchain.runs import keys
from docchain.runs.holds import Held
from docchain.runs.models import OPEN
from docchain.runs.references import OutOfTime
from functions.schedules.housekeeping.dependencies import audit, expiry, holds, policies, references, runs

# Of the whole stage. Beyond it nothing goes: a document that stays too long is the smaller wrong.
OPEN_RUNS_MOST: Final = 50_000


def expire_documents(deadline: float) -> dict[str, int]:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    done = {"expired": 0, "tenants_left": 0}
    limited = _limited()
    open_runs = runs().read_open(OPEN_RUNS_MOST) if limited else {}
    if open_runs is None:
        logger.error("more runs are open than can be looked at: no document goes", extra={"most": OPEN_RUNS_MOST})
        return done | {"tenants_left": len(limited)}
    for tenant_id, days in limited:
        held = holds().read_all(tenant_id)
        try:
            named = references().named_by(tenant_id, held.runs | open_runs.get(tenant_id, set()), deadline)
        except OutOfTime:
            logger.error("a tenant's runs take longer to read than there is time", extra={"tenant": tenant_id})
            done["tenants_left"] = 1
            break
        kept = partial(staying, tenant_id, held.with_documents(named))
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


def staying(tenant_id: str, held: Held, documents: Iterable[Document]) -> set[str]:
    """A read per hundred runs that made them: an open one may still need what it made."""
    made_by = {d.id: d.origin.get("run_id") for d in documents}
    places = {run_id: (keys.partition(tenant_id, run_id), keys.RUN) for run_id in made_by.values() if run_id}
    found = runs().table.get_many(places.values())
    open_runs = {i["id"] for i in found.values() if i["status"] in {status.value for status in OPEN}}
    return {d for d, run_id in made_by.items() if held.keeps(d, run_id) or run_id in open_runs}
