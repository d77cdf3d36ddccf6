"""report_generation: a tenant's runs, one workflow or the costs over some days, as a document for people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from docchain.clock import now
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.reports.costs import costs_report
from docchain.tasks.kinds.reports.period import Period
from docchain.tasks.kinds.reports.runs import runs_report
from docchain.tasks.kinds.reports.workflow import workflow_report
from docchain.tasks.kinds.shapes import DAYS_MOST, ReportGeneration
from docchain.tasks.kinds.shelf import Shelf
from docchain.workflows.repository import WorkflowRepository

KIND = "report_generation"
TITLES: Final = {"runs": "Runs", "workflow": "Workflow", "costs": "Costs"}
FORMATS: Final = {
    "pdf": ("pdf", "application/pdf"),
    "html": ("html", "text/html"),
    "markdown": ("md", "text/markdown"),
}


@dataclass(frozen=True)
class Reporter:
    runs: Table = field(repr=False)
    workflows: Table = field(repr=False)
    shelf: Shelf
    people: People

    def run(self, parameters: ReportGeneration, context: TaskContext) -> dict[str, Any]:
        """Done twice there is one document: the first that was kept."""
        with refusing():
            asker = self.people.asker(context, KIND)
            period = period_of(parameters)
            context.progress(0.1, "reading figures")
            title, body, figures = self._written(parameters, context.tenant, period)
            context.check()
            context.progress(0.6, f"writing {parameters.format}")
            meta = {
                "language": "en",
                "author": "Document Workflow Chain",
                "footer": f"{context.tenant} · {context.task_id}",
                "created": now(),
                "Period": f"{period.first} to {period.last} (UTC), {period.days} days",
                "Asked by": asker.username,
            }
            data = _rendered(parameters.format)(title, body, meta)
            extension, media_type = FORMATS[parameters.format]
            name = f"{parameters.report_type}-{period.first}-{period.last}.{extension}"
            context.check()
            kept = self.shelf.keep(context, KIND, (name, media_type, data), asker.username)
            return {**kept, "title": title, "period": [period.first, period.last], "figures": figures}

    def _written(self, asked: ReportGeneration, tenant: str, period: Period) -> tuple[str, str, dict[str, Any]]:
        """Title, Markdown, and the figures that it is about."""
        if asked.workflow_id is not None:
            workflow = WorkflowRepository(self.workflows).read(tenant, asked.workflow_id)
            body, figures = workflow_report(self.runs, tenant, workflow.id, period)
            return asked.title or f"Workflow {workflow.id}: {workflow.name}", body, figures
        report = costs_report if asked.report_type == "costs" else runs_report
        body, figures = report(self.runs, tenant, period)
        return asked.title or TITLES[asked.report_type], body, figures


def period_of(asked: ReportGeneration) -> Period:
    """Raises ``TaskRefused`` for dates that are none, or a stretch that is too long."""
    if asked.start_date is None or asked.end_date is None:
        today = datetime.now(UTC).date()
        return Period(today - timedelta(days=asked.days - 1), today)
    try:
        period = Period(date.fromisoformat(asked.start_date), date.fromisoformat(asked.end_date))
    except ValueError:
        raise _refused("start_date and end_date are days, such as 2026-11-21") from None
    if not 1 <= period.days <= DAYS_MOST:
        raise _refused(f"a report is of 1 to {DAYS_MOST} days, and these are {period.days}")
    return period


def _refused(message: str) -> TaskRefused:
    return TaskRefused(message, details=[{"field": "metadata.start_date", "message": message}])


def _rendered(form: str) -> Callable[[str, str, dict[str, str]], bytes]:
    # Typst is needed for a PDF alone.
    if form == "pdf":
        from docchain.rendering.pdf import render_pdf

        return render_pdf
    if form == "html":
        from docchain.rendering.html import render_html

        return render_html
    from docchain.rendering.markdown import render_markdown

    return render_markdown
