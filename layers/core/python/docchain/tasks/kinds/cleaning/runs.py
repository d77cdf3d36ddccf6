"""What the nodes of old runs gave: their records go; the run's card, its costs and its receipts stay.

Large outputs lie in the content store under their hash, which other runs may share: they stay, and nothing names them
for this run any more. A replay of such a run works everything out anew.
"""

from collections.abc import Iterator

from docchain.clock import now
from docchain.runs import keys
from docchain.runs.events import run_event_item
from docchain.runs.holds import Held, HoldRepository
from docchain.runs.models import OPEN, RESUMABLE
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import TRANSACTION_LIMIT, Table

PER_PAGE = 50
REMOVED = "records_removed_at"
_STAYING = {status.value for status in OPEN | RESUMABLE}


def sweep_runs(runs: Table, tenant: str, before: str, actor: str, *, dry_run: bool) -> Iterator[int]:
    """How many runs. Those that go on, could be resumed, or are held keep their records."""
    held = HoldRepository(runs).read_all(tenant)
    start: Item | None = None
    while True:
        page = runs.query(
            keys.tenant_list(tenant),
            index=keys.BY_TENANT,
            index_keys=keys.BY_TENANT_KEYS,
            between=("0", before),
            limit=PER_PAGE,
            start_key=start,
        )
        for run in page.items:
            if _goes(run, held):
                if not dry_run:
                    _remove_records(runs, tenant, run, actor)
                yield 1
        yield 0
        if (start := page.next_key) is None:
            return


def _goes(run: Item, held: Held) -> bool:
    return run["status"] not in _STAYING and REMOVED not in run and run["id"] not in held.runs


def _remove_records(runs: Table, tenant: str, run: Item, actor: str) -> None:
    """The note comes last: a removal that was cut is found again."""
    count = 0
    while True:
        page = runs.query(run["pk"], prefix=keys.NODE_PREFIX, limit=TRANSACTION_LIMIT, consistent=True)
        if not page.items:
            break
        runs.transact([runs.deleting(item["pk"], item["sk"]) for item in page.items])
        count += len(page.items)
    told = run_event_item(tenant, run["id"], run["workflow_id"], "run.records_removed", actor=actor, records=count)
    unmarked = Attr("pk").exists() & Attr(REMOVED).not_exists()
    try:
        runs.transact(
            [
                runs.updating(run["pk"], keys.RUN, set_={REMOVED: now()}, when=unmarked),
                runs.putting(told),
            ]
        )
    except ConditionFailed:
        return  # another cleanup was quicker
