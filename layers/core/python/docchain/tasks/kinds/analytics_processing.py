"""analytics_processing: what a tenant's numbers say, by stated methods, of data that is given or its own figures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any, Final

from docchain.analytics.reading import Figures
from docchain.analytics.spending import read_spending
from docchain.analytics.workflow import read_days
from docchain.storage.table import Table
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds import statistics
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.series import Series, series_of
from docchain.tasks.kinds.shapes import AnalyticsProcessing, OwnFigures

KIND = "analytics_processing"
COUNTED: Final = ("runs_started", "runs_completed", "runs_failed", "runs_cancelled", "runs_interrupted")
COMPARED_MOST: Final = 20
"""Series whose pairs are correlated."""


@dataclass(frozen=True)
class Analyst:
    runs: Table = field(repr=False)
    people: People

    def run(self, parameters: AnalyticsProcessing, context: TaskContext) -> dict[str, Any]:
        with refusing():
            self.people.asker(context, KIND)
            series, left_alone = series_of(parameters.data)
            if parameters.figures:
                series |= self._own(context.tenant, parameters.figures)
            result: dict[str, Any] = {"series": {}, "not_numeric": left_alone}
            if not series:
                return {**result, "message": "There are no numbers in the data, so there was nothing to compute."}
            for number, (name, values) in enumerate(series.items()):
                context.check()
                context.progress(number / len(series), name)
                result["series"][name] = dict(_analyses(values, parameters))
            if "correlations" in parameters.analyses:
                result["correlations"] = _correlations(series, context)
            return {**result, "methods": {name: statistics.METHODS[name] for name in parameters.analyses}}

    def _own(self, tenant: str, asked: OwnFigures) -> dict[str, Series]:
        """A value for each day, nought where nothing happened."""
        today = datetime.now(UTC).date()
        days = [(today - timedelta(days=back)).isoformat() for back in reversed(range(asked.days))]
        if asked.workflow_id is None:
            found = read_spending(self.runs, tenant, "day", days[0], days[-1])
        else:
            found = read_days(self.runs, tenant, asked.workflow_id, days[0], days[-1]).periods
        by_day = [found.get(day, Figures()) for day in days]
        series: dict[str, Series] = {name: [float(f.counts[name]) for f in by_day] for name in COUNTED}
        series["cost_usd"] = [f.cost_usd for f in by_day]
        series["mean_ms"] = [f.mean_ms for f in by_day]
        return {name: values for name, values in series.items() if any(values)}


def _analyses(values: Series, asked: AnalyticsProcessing) -> Iterator[tuple[str, Any]]:
    if "describe" in asked.analyses:
        yield "describe", statistics.describe(values)
    if "trend" in asked.analyses:
        yield "trend", statistics.trend(values)
    if "outliers" in asked.analyses:
        yield "outliers", statistics.outliers(values)


def _correlations(series: dict[str, Series], context: TaskContext) -> list[dict[str, Any]]:
    """Of series of one length, strongest first."""
    found = []
    for (one, left), (other, right) in combinations(list(series.items())[:COMPARED_MOST], 2):
        context.check()
        if len(left) == len(right) and (correlated := statistics.correlate(left, right)):
            found.append({"between": [one, other], **correlated})
    return sorted(found, key=lambda pair: -abs(pair["spearman"]))
