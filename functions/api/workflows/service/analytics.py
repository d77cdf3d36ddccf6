"""Figures of a workflow, as its owner sees them."""

from docchain.analytics.reading import Figures
from docchain.analytics.workflow import WorkflowFigures
from functions.api.workflows.cost_schemas import AnalyticsView, DurationView, NodeFiguresView, PeriodView


def analytics_view(workflow_id: int, found: WorkflowFigures, first: str, last: str) -> AnalyticsView:
    names = ("started", "completed", "failed", "cancelled", "interrupted")
    return AnalyticsView(
        workflow_id=workflow_id,
        from_day=first,
        to_day=last,
        runs={name: found.runs.counts[f"runs_{name}"] for name in names},
        success_rate=found.success_rate,
        duration_ms=_duration(found.runs),
        nodes=[_node(key, figures) for key, figures in sorted(found.nodes.items())],
        slowest_nodes=found.slowest(),
        failure_reasons=dict(found.runs.reasons()),
        cost_usd=found.runs.cost_usd,
        trend=[_period(name, figures) for name, figures in sorted(found.periods.items())],
        users={name: figures.counts["runs_started"] for name, figures in sorted(found.users.items())},
    )


def _node(key: str, figures: Figures) -> NodeFiguresView:
    return NodeFiguresView(
        key=key,
        completed=figures.counts["completed"],
        failed=figures.counts["failed"],
        duration_ms=_duration(figures),
        cost_usd=figures.cost_usd,
        reasons=dict(figures.reasons()),
    )


def _period(name: str, figures: Figures) -> PeriodView:
    counts = figures.counts
    return PeriodView(
        period=name,
        runs=counts["runs_started"],
        completed=counts["runs_completed"],
        failed=counts["runs_failed"] + counts["runs_interrupted"],
        cost_usd=figures.cost_usd,
    )


def _duration(figures: Figures) -> DurationView:
    return DurationView(
        count=figures.counts["timed"],
        mean=figures.mean_ms,
        p50=figures.percentile(0.5),
        p95=figures.percentile(0.95),
        p99=figures.percentile(0.99),
    )
