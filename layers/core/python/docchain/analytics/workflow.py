"""What a workflow's runs looked like over some days or hours."""

from collections import defaultdict
from dataclasses import dataclass, field

from docchain.analytics.keys import workflow_figures
from docchain.analytics.reading import Figures, read_between
from docchain.storage.table import Table


@dataclass
class WorkflowFigures:
    """``periods`` and ``costs`` are by day, or by hour when that was asked for."""

    runs: Figures = field(default_factory=Figures)
    nodes: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    users: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    periods: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))

    @property
    def ended(self) -> int:
        return sum(self.runs.counts[f"runs_{ending}"] for ending in ("completed", "failed", "cancelled", "interrupted"))

    @property
    def success_rate(self) -> float | None:
        """Of the runs that came to an end by themselves: cancelled ones say nothing of the workflow."""
        counts = self.runs.counts
        judged = counts["runs_completed"] + counts["runs_failed"] + counts["runs_interrupted"]
        return round(counts["runs_completed"] / judged, 4) if judged else None

    def slowest(self, most: int = 5) -> list[str]:
        """Nodes by their 95th percentile."""
        timed = {key: p95 for key, figures in self.nodes.items() if (p95 := figures.percentile(0.95)) is not None}
        return sorted(timed, key=lambda key: (-timed[key], key))[:most]


def read_days(table: Table, tenant_id: str, workflow_id: int, first_day: str, last_day: str) -> WorkflowFigures:
    """``2026-11-01`` to ``2026-11-30``, both included."""
    found = WorkflowFigures()
    pk = workflow_figures(tenant_id, workflow_id)
    for item in read_between(table, pk, f"day#{first_day}", f"day#{last_day}"):
        _, day, kind, *rest = item["sk"].split("#", 3)
        if kind == "run":
            found.runs.add(item)
            found.periods[day].add(item)
        elif kind == "node":
            found.nodes[rest[0]].add(item)
        elif kind == "user":
            found.users[rest[0]].add(item)
    return found


def read_hours(table: Table, tenant_id: str, workflow_id: int, first_hour: str, last_hour: str) -> WorkflowFigures:
    """``2026-11-21T09`` to ``2026-11-21T10``, both included; runs only, and for 35 days."""
    found = WorkflowFigures()
    pk = workflow_figures(tenant_id, workflow_id)
    for item in read_between(table, pk, f"hour#{first_hour}", f"hour#{last_hour}"):
        found.runs.add(item)
        found.periods[item["sk"].split("#")[1]].add(item)
    return found
