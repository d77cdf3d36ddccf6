"""Tenant by tenant: what is older than its policy says goes, but for what held and open runs have made or read."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from docchain.audit.tenants import each_tenant
from docchain.documents.models import Document
from docchain.runs import keys
from docchain.runs.holds import Held
from docchain.runs.models import OPEN
from functions.schedules.housekeeping.dependencies import audit, expiry, holds, policies, runs


def expire_documents(deadline: float) -> dict[str, int]:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    done = {"expired": 0, "tenants_left": 0}
    for tenant_id in each_tenant(audit()):
        days = policies().read(tenant_id).document_retention_days
        if days is None:
            continue
        kept = partial(staying, tenant_id, holds().read_all(tenant_id))
        count, is_whole = expiry().expire(tenant_id, days, kept, datetime.now(UTC), deadline)
        done["expired"] += count
        if not is_whole:
            done["tenants_left"] = 1
            break
    return done


def staying(tenant_id: str, held: Held, documents: Iterable[Document]) -> set[str]:
    """A read per hundred runs that made them: an open one may still need what it made."""
    made_by = {d.id: d.origin.get("run_id") for d in documents}
    places = {run_id: (keys.partition(tenant_id, run_id), keys.RUN) for run_id in made_by.values() if run_id}
    found = runs().get_many(places.values())
    open_runs = {i["id"] for i in found.values() if i["status"] in {status.value for status in OPEN}}
    return {d for d, run_id in made_by.items() if held.keeps(d, run_id) or run_id in open_runs}
