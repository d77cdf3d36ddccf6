"""What was spent: by day, by workflow and by model."""

from typing import Any

from docchain.analytics.reading import Figures
from docchain.analytics.spending import GroupBy, read_spending
from docchain.storage.table import Table
from docchain.tasks.kinds.reports.period import Period
from docchain.tasks.kinds.reports.runs import total_of
from docchain.tasks.kinds.reports.tables import money, table

_GROUPS: dict[GroupBy, str] = {"workflow": "By workflow", "model": "By model", "day": "By day"}


def costs_report(runs: Table, tenant: str, period: Period) -> tuple[str, dict[str, Any]]:
    found = {group: read_spending(runs, tenant, group, period.first, period.last) for group in _GROUPS}
    total = total_of(found["day"]).cost_usd
    parts = ["# All costs\n", f"{money(total)} in {period.days} days, {money(total / period.days)} a day.\n"]
    for group, heading in _GROUPS.items():
        parts += [f"# {heading}\n", _table(group, found[group])]
    figures = {f"by_{group}": {name: f.cost_usd for name, f in by.items()} for group, by in found.items()}
    return "\n".join(parts), {"cost_usd": total, **figures}


def _table(group: str, figures: dict[str, Figures]) -> str:
    """Days in their order, all else by what it cost."""
    names = sorted(figures) if group == "day" else sorted(figures, key=lambda name: -figures[name].cost_usd)
    return table((group, "cost"), [(name, money(figures[name].cost_usd)) for name in names])
