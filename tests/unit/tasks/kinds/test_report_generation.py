"""report_generation: real PDFs from figures as they are counted."""

from typing import Any

import pypdfium2
import pytest

from docchain import aws
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.report_generation import Reporter
from docchain.tasks.kinds.shelf import Shelf
from functions.api.workflows.handler import handler as workflows
from tests.support.rest import a_caller, call
from tests.unit.tasks.kinds.conftest import Asked, given

DATES = {"start_date": "2026-11-01", "end_date": "2026-11-30"}


@pytest.fixture
def reporter(people: People, shelf: Shelf) -> Reporter:
    return Reporter(Table(aws.dynamodb(), "runs"), Table(aws.dynamodb(), "workflows"), shelf, people)


@pytest.fixture
def figures(reporter: Reporter, asked: Asked) -> None:
    tenant = asked.user.tenant_id
    counts = {"runs_started": 1200, "runs_completed": 1100, "runs_failed": 100, "cost": 2_500_000_000_000}
    for sk in ("day#2026-11-03#all", "workflow#2026-11-03#000000000001", "model#2026-11-03#openai/gpt-5-mini"):
        reporter.runs.put({"pk": f"{tenant}#figures", "sk": sk, "entity": "figures", **counts})
    own = f"{tenant}#figures#workflow#1"
    timed = {"ms": 60_000, "timed": 60, "b150": 60}
    reporter.runs.put({"pk": own, "sk": "day#2026-11-03#run", **counts, **timed, "e_NO_INK": 100})
    reporter.runs.put({"pk": own, "sk": "day#2026-11-03#node#write_*it*", "nodes_completed": 60, **timed})


def ran(reporter: Reporter, asked: Asked, **metadata: Any) -> dict[str, Any]:
    return reporter.run(given("report_generation", **DATES, **metadata), asked.context())


def text_of(shelf: Shelf, asked: Asked, report: dict[str, Any]) -> str:
    _, data = shelf.read(asked.user.tenant_id, report["document_id"])
    pdf = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_range() for page in pdf)


def test_runs_become_a_pdf_with_their_counts(reporter: Reporter, asked: Asked, shelf: Shelf, figures: None) -> None:
    report = ran(reporter, asked, report_type="runs")
    assert report["filename"] == "runs-2026-11-01-2026-11-30.pdf"
    text = text_of(shelf, asked, report)
    assert "1,200" in text
    assert "91.7%" in text
    assert asked.user.username in text
    assert report["figures"]["runs_failed"] == 100


def test_costs_are_by_day_workflow_and_model(reporter: Reporter, asked: Asked, shelf: Shelf, figures: None) -> None:
    report = ran(reporter, asked, report_type="costs")
    assert report["figures"]["by_model"] == {"openai/gpt-5-mini": 2.5}
    assert "2.50 USD in 30 days" in text_of(shelf, asked, report)


def test_a_workflow_has_its_nodes_and_why_it_failed(
    reporter: Reporter, asked: Asked, shelf: Shelf, figures: None
) -> None:
    tenant = asked.user.tenant_id
    assert call(workflows, "POST", "/api/v3/workflows", {"name": "Letters # 1"}, a_caller(tenant))[1]["id"] == 1
    report = ran(reporter, asked, report_type="workflow", workflow_id=1)
    text = text_of(shelf, asked, report)
    assert report["title"] == "Workflow 1: Letters # 1"
    assert "write_*it*" in text
    assert "NO_INK" in text
    assert report["figures"]["slowest"] == ["write_*it*"]


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("markdown", b"# Runs")])
def test_it_is_written_in_other_formats_too(
    reporter: Reporter, asked: Asked, shelf: Shelf, figures: None, form: str, begins: bytes
) -> None:
    report = ran(reporter, asked, format=form)
    assert shelf.read(asked.user.tenant_id, report["document_id"])[1].startswith(begins)


def test_the_same_task_twice_is_one_document(reporter: Reporter, asked: Asked, shelf: Shelf) -> None:
    context = asked.context()
    parameters = given("report_generation", **DATES)
    first, second = (reporter.run(parameters, context)["document_id"] for _ in range(2))
    assert first == second
    assert shelf.documents.quota.read(context.tenant).documents == 1


def test_a_tenant_without_figures_has_a_report_that_says_so(reporter: Reporter, asked: Asked) -> None:
    assert ran(reporter, asked)["figures"]["runs_started"] == 0


@pytest.mark.parametrize(
    "asks",
    [
        {"start_date": "2026-11-31", "end_date": "2026-12-01"},
        {"start_date": "2026-11-02", "end_date": "2026-11-01"},
        {"start_date": "2024-01-01", "end_date": "2026-11-01"},
    ],
)
def test_dates_that_are_none_or_too_many_are_refused(reporter: Reporter, asked: Asked, asks: dict[str, str]) -> None:
    with pytest.raises(TaskRefused) as refused:
        reporter.run(given("report_generation", **asks), asked.context())
    assert refused.value.details[0]["field"] == "metadata.start_date"


def test_a_workflow_that_is_not_there_has_no_report(reporter: Reporter, asked: Asked) -> None:
    with pytest.raises(TaskRefused) as refused:
        ran(reporter, asked, report_type="workflow", workflow_id=99)
    assert refused.value.reason == "WORKFLOW_NOT_FOUND"
