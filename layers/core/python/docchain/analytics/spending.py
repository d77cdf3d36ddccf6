"""What a tenant spent, by day, workflow or model."""

from collections import defaultdict
from typing import Literal

from docchain.analytics.keys import tenant_figures
from docchain.analytics.reading import Figures, read_between
from docchain.storage.table import Table

GroupBy = Literal["day", "workflow", "model"]


def read_spending(table: Table, tenant_id: str, group_by: GroupBy, first_day: str, last_day: str) -> dict[str, Figures]:
    """Group → figures; a model is named ``provider/model``."""
    found: dict[str, Figures] = defaultdict(Figures)
    for item in read_between(table, tenant_figures(tenant_id), f"{group_by}#{first_day}", f"{group_by}#{last_day}"):
        _, day, rest = item["sk"].split("#", 2)
        found[_name(group_by, day, rest)].add(item)
    return dict(found)


def _name(group_by: GroupBy, day: str, rest: str) -> str:
    if group_by == "day":
        return day
    return str(int(rest)) if group_by == "workflow" else rest
