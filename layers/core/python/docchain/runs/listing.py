"""Lists of runs, newest first: of a tenant or of a workflow, by status and by when they started."""

from dataclasses import dataclass
from typing import Final

from docchain.runs import keys
from docchain.runs.models import Run, RunStatus
from docchain.storage.items import Item
from docchain.storage.table import Page, Table

# One call of this list reads no more; a page that fits fewer of them names the next one all the same.
CALLS_MOST: Final = 3
LOOKED_AT_PER_CALL: Final = 400
_FIRST, _LAST = "0", "~"  # around every time


@dataclass(frozen=True)
class Wanted:
    """``after`` is inclusive, ``before`` is not; both as runs write their times."""

    workflow_id: int | None = None
    status: RunStatus | None = None
    after: str | None = None
    before: str | None = None

    def fits(self, run: Run) -> bool:
        return (
            (self.workflow_id is None or run.workflow_id == self.workflow_id)
            and (self.status is None or run.status == self.status)
            and (self.after is None or run.started_at >= self.after)
            and (self.before is None or run.started_at < self.before)
        )

    @property
    def is_everything(self) -> bool:
        return self.status is None and self.after is None and self.before is None


def list_runs(
    table: Table, tenant_id: str, wanted: Wanted, *, limit: int, start: Item | None
) -> tuple[list[Run], Item | None]:
    """The runs, and where the next page begins. Statuses are filtered here: a run changes its own several times."""
    found: list[Run] = []
    most = limit if wanted.is_everything else max(limit, LOOKED_AT_PER_CALL)
    for _ in range(CALLS_MOST):
        page = _page(table, tenant_id, wanted, most, start)
        for item in page.items:
            if wanted.fits(run := Run.model_validate(item)):
                found.append(run)
            if len(found) == limit:
                last = item is page.items[-1]
                return found, page.next_key if last else _key_of(item, wanted)
        start = page.next_key
        if start is None:
            break
    return found, start


def _page(table: Table, tenant_id: str, wanted: Wanted, limit: int, start: Item | None) -> Page:
    if wanted.workflow_id is not None:
        return table.query(
            keys.workflow_list(tenant_id, wanted.workflow_id),
            index=keys.BY_WORKFLOW,
            index_keys=keys.BY_WORKFLOW_KEYS,
            limit=limit,
            start_key=start,
            forward=False,
        )
    return table.query(
        keys.tenant_list(tenant_id),
        between=(wanted.after or _FIRST, wanted.before or _LAST),
        index=keys.BY_TENANT,
        index_keys=keys.BY_TENANT_KEYS,
        limit=limit,
        start_key=start,
        forward=False,
    )


def _key_of(item: Item, wanted: Wanted) -> Item:
    index = keys.BY_TENANT_KEYS if wanted.workflow_id is None else keys.BY_WORKFLOW_KEYS
    return {name: item[name] for name in ("pk", "sk", *index)}
