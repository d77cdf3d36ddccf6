"""What a person is asked: one list per name they are asked by, read one after the other, newest first in each."""

from typing import Any

from docchain.approvals.entries import listed_by
from docchain.approvals.models import ApprovalStatus
from docchain.runs import keys
from docchain.storage.cursors import position_in
from docchain.storage.items import Item
from docchain.storage.table import Table

# A page may be short where lists overlap; it never costs more reads than this.
READS_MOST = 8


def read_page(
    table: Table, tenant_id: str, principals: list[str], status: ApprovalStatus, *, limit: int, start: Item | None
) -> tuple[list[dict[str, Any]], Item | None]:
    """The approvals, and where the next page begins: the position among the names, and the index's own key."""
    at, key = (position_in(start, "at"), start.get("key")) if start is not None else (0, None)
    found: list[dict[str, Any]] = []
    for _ in range(READS_MOST):
        if at >= len(principals) or len(found) >= limit:
            break
        page = table.query(
            listed_by(tenant_id, principals[at]),
            prefix=f"{status.value}#",
            index=keys.BY_WORKFLOW,
            index_keys=keys.BY_WORKFLOW_KEYS,
            limit=limit - len(found),
            start_key=key,
            forward=False,
        )
        before = set(principals[:at])
        found += [i["approval"] for i in page.items if before.isdisjoint(i["approval"]["principals"])]
        key = page.next_key
        at = at if key else at + 1
    more = at < len(principals)
    return found, ({"at": at, **({"key": key} if key else {})} if more else None)
