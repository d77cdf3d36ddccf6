"""Documents that are older than they should be, but for what held and open runs have made or may read."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from docchain.clock import to_iso
from docchain.documents.retention import Expiry, Kept
from docchain.runs.references import OutOfTime
from docchain.runs.staying import Staying
from docchain.tasks.errors import TaskRefused

PER_PAGE = 100
LOOKING_SECONDS = 300.0
SLICE_SECONDS = 10.0


def sweep_documents(expiry: Expiry, staying: Staying, tenant: str, days: int, *, dry_run: bool) -> Iterator[int]:
    """Raises ``TaskRefused`` when too much goes on to know what may still be read: nothing goes then."""
    kept = _kept(staying, tenant)
    moment = datetime.now(UTC)
    return _counted(expiry, tenant, days, kept, moment) if dry_run else _gone(expiry, tenant, days, kept, moment)


def _kept(staying: Staying, tenant: str) -> Kept:
    open_runs = staying.open_runs()
    if open_runs is None:
        raise TaskRefused("More runs are open than can be looked at; try again when fewer are.", code="TOO_MANY_RUNS")
    try:
        return staying.of(tenant, open_runs.get(tenant, set()), time.monotonic() + LOOKING_SECONDS)
    except OutOfTime:
        raise TaskRefused("The open runs take too long to look at; try again later.", code="TOO_MANY_RUNS") from None


def _gone(expiry: Expiry, tenant: str, days: int, kept: Kept, moment: datetime) -> Iterator[int]:
    """In slices of time, so that a cancelled task stops; each longer than the last, for each reads anew what stays."""
    seconds = SLICE_SECONDS
    while True:
        count, is_whole = expiry.expire(tenant, days, kept, moment, time.monotonic() + seconds)
        yield count
        if is_whole:
            return
        seconds *= 1.5


def _counted(expiry: Expiry, tenant: str, days: int, kept: Kept, moment: datetime) -> Iterator[int]:
    before, start = to_iso(moment - timedelta(days=days)), None
    while True:
        found, page = expiry.documents.read_older(tenant, before, limit=PER_PAGE, start_key=start)
        yield len({d.id for d in found} - kept(found))
        if (start := page.next_key) is None:
            return
