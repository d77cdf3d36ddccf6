"""Lists of runs: of the tenant and of a workflow, filtered, page by page."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from docchain.runs.models import RunStatus
from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/workflows"
NODE = {"name": "Hello", "node_type": "document_template", "config": {"template": "hi"}}


@pytest.fixture
def api(tenant: str) -> Any:
    return lambda method, path, body=None: call(handler, method, f"{BASE}{path}", body, a_caller(tenant))


@pytest.fixture
def runs(api: Any, tenant: str) -> list[dict[str, Any]]:
    """Six of two workflows in turns, oldest first; every third has failed."""
    workflows = [api("POST", "", {"name": name, "nodes": [NODE]})[1]["id"] for name in ("A", "B")]
    started = [api("POST", f"/{workflows[n % 2]}/execute")[1] for n in range(6)]
    stage = Stage(tenant)
    for run in started[::3]:
        stage.runs.end(tenant, stage.runs.read(tenant, run["id"]), RunStatus.FAILED, error={"code": "X"})
    return started


def ids(answer: tuple[int, Any]) -> list[int]:
    assert answer[0] == 200, answer[1]
    return [run["id"] for run in answer[1]]


def test_all_runs_of_a_tenant_are_listed_newest_first(api: Any, runs: Any, tenant: str) -> None:
    assert ids(api("GET", "/runs")) == [6, 5, 4, 3, 2, 1]
    assert ids(call(handler, "GET", f"{BASE}/runs", None, a_caller(f"{tenant}x"))) == []


def test_they_are_filtered_by_status_workflow_and_start(api: Any, runs: Any) -> None:
    third = quote(runs[2]["started_at"])
    assert ids(api("GET", "/runs?status=failed")) == [4, 1]
    assert ids(api("GET", f"/runs?workflow_id={runs[0]['workflow_id']}")) == [5, 3, 1]
    assert ids(api("GET", f"/runs?started_after={third}")) == [6, 5, 4, 3]
    assert ids(api("GET", f"/runs?started_before={third}")) == [2, 1]
    assert ids(api("GET", f"/runs?started_after={third}&status=running")) == [6, 5, 3]
    assert ids(api("GET", f"/{runs[0]['workflow_id']}/runs?status=failed")) == [1]
    assert ids(api("GET", f"/{runs[1]['workflow_id']}/runs?started_before={third}")) == [2]


def test_pages_of_a_filtered_list_miss_none(api: Any, runs: Any, tenant: str) -> None:
    path: str | None = f"{BASE}/runs?status=running&limit=1"
    found = []
    while path:
        answer = handler(rest_event("GET", path, None, a_caller(tenant)), a_context())
        found += re.findall(r'"id":\s?(\d+)', answer["body"])
        links = {k.lower(): v for k, v in {**answer.get("headers", {}), **answer.get("multiValueHeaders", {})}.items()}
        link = links.get("link")
        link = link[0] if isinstance(link, list) else link
        path = link.split(">")[0][1:] if link else None
    assert found == ["6", "5", "3", "2"]


def test_a_page_makes_few_calls(api: Any, runs: Any, aws_calls: list[str]) -> None:
    aws_calls.clear()
    api("GET", "/runs?status=failed")
    assert aws_calls == ["Query"]


@pytest.mark.parametrize("query", ["status=lost", "started_after=yesterday", "started_after=2026-01-01T00:00:00"])
def test_a_filter_that_says_nothing_is_refused(api: Any, query: str) -> None:
    assert api("GET", f"/runs?{query}")[0] == 422
