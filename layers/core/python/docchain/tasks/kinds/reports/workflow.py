"""One workflow: its runs, its nodes, who started it, and why it failed."""

from typing import Any

from docchain.analytics.reading import Figures
from docchain.analytics.workflow import WorkflowFigures, read_days
from docchain.storage.table import Table
from docchain.tasks.kinds.reports.period import Period
from docchain.tasks.kinds.reports.runs import row, told
from docchain.tasks.kinds.reports.tables import milliseconds, money, table

_RUNS = ("", "started", "completed", "failed", "cancelled", "interrupted", "success", "mean", "cost")
_NODES = ("node", "completed", "failed", "median", "95 %", "99 %", "cost")
_SHARES = (0.5, 0.95, 0.99)


def workflow_report(runs: Table, tenant: str, workflow_id: int, period: Period) -> tuple[str, dict[str, Any]]:
    found = read_days(runs, tenant, workflow_id, period.first, period.last)
    percentiles = {f"p{share * 100:.0f}_ms": found.runs.percentile(share) for share in _SHARES}
    parts = [
        "# Runs\n",
        table(_RUNS, [row("all", found.runs)]),
        table(("median", "95 %", "99 %"), [tuple(map(milliseconds, percentiles.values()))]),
        *_nodes(found),
        *_reasons(found),
        "# Who started it\n",
        table(("user", "runs"), [(name, f.counts["runs_started"]) for name, f in sorted(found.users.items())]),
        "# By day\n",
        table(_RUNS, [row(day, found.periods[day]) for day in sorted(found.periods)]),
        "Percentiles are off by at most 2 %. Counted by days in UTC.",
    ]
    figures = {**told(found.runs), "success_rate": found.success_rate, **percentiles, "slowest": found.slowest()}
    return "\n".join(parts), figures


def _nodes(found: WorkflowFigures) -> list[str]:
    return ["# Nodes\n", table(_NODES, [_node(key, found.nodes[key]) for key in sorted(found.nodes)])]


def _node(key: str, figures: Figures) -> tuple[Any, ...]:
    times = [milliseconds(figures.percentile(share)) for share in _SHARES]
    counts = figures.counts
    return (key, counts["nodes_completed"], counts["nodes_failed"], *times, money(figures.cost_usd))


def _reasons(found: WorkflowFigures) -> list[str]:
    reasons = found.runs.reasons()
    return ["# Why runs failed\n", table(("reason", "runs"), reasons)] if reasons else []
