"""What ran: all of the tenant's runs, by day and by workflow."""

from typing import Any

from docchain.analytics.reading import Figures
from docchain.analytics.spending import read_spending
from docchain.storage.table import Table
from docchain.tasks.kinds.reports.period import Period
from docchain.tasks.kinds.reports.tables import milliseconds, money, share, table

_HEADER = ("", "started", "completed", "failed", "cancelled", "interrupted", "success", "mean", "cost")


def runs_report(runs: Table, tenant: str, period: Period) -> tuple[str, dict[str, Any]]:
    by_day = read_spending(runs, tenant, "day", period.first, period.last)
    by_workflow = read_spending(runs, tenant, "workflow", period.first, period.last)
    total = total_of(by_day)
    parts = [
        "# All runs\n",
        table(_HEADER, [row("all", total)]),
        "# By workflow\n",
        table(_HEADER, [row(f"workflow {name}", by_workflow[name]) for name in sorted(by_workflow, key=int)]),
        "# By day\n",
        table(_HEADER, [row(day, by_day[day]) for day in sorted(by_day)]),
        "Success is completed runs of those that came to an end by themselves. Counted by days in UTC.",
    ]
    return "\n".join(parts), told(total)


def total_of(figures: dict[str, Figures]) -> Figures:
    total = Figures()
    for one in figures.values():
        total.counts.update(one.counts)
    return total


def row(name: str, figures: Figures) -> tuple[Any, ...]:
    counts = figures.counts
    ends = ("completed", "failed", "cancelled", "interrupted")
    judged = counts["runs_completed"] + counts["runs_failed"] + counts["runs_interrupted"]
    return (
        name,
        counts["runs_started"],
        *(counts[f"runs_{end}"] for end in ends),
        share(counts["runs_completed"], judged),
        milliseconds(figures.mean_ms),
        money(figures.cost_usd),
    )


def told(figures: Figures) -> dict[str, Any]:
    names = ("runs_started", "runs_completed", "runs_failed", "runs_cancelled", "runs_interrupted")
    return {**{name: figures.counts[name] for name in names}, "cost_usd": figures.cost_usd}
