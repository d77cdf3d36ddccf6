"""Documents that are older than they should be, but for those of held and open runs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from docchain.clock import to_iso
from docchain.documents.retention import Expiry, Kept
from docchain.runs.holds import HoldRepository
from docchain.runs.staying import staying
from docchain.storage.table import Table

PER_PAGE = 100
SLICE_SECONDS = 10.0


def sweep_documents(expiry: Expiry, runs: Table, tenant: str, days: int, *, dry_run: bool) -> Iterator[int]:
    kept: Kept = partial(staying, runs, tenant, HoldRepository(runs).read_all(tenant))
    moment = datetime.now(UTC)
    return _counted(expiry, tenant, days, kept, moment) if dry_run else _gone(expiry, tenant, days, kept, moment)


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
