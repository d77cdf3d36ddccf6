"""Versions over the real handler: read, compared, and brought back."""

from typing import Any

import pytest

from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
NODE = {"name": "Hello", "node_type": "document_template", "config": {"template": "one", "title": "T"}}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def workflow(api: Any) -> int:
    """Two versions: the second says "two" and has one node more."""
    workflow_id = int(api("POST", BASE, {"name": "W", "nodes": [NODE]})[1]["id"])
    api("POST", f"{BASE}/{workflow_id}/publish", {"note": "the first"})
    api("PUT", f"{BASE}/{workflow_id}/nodes/1", {"config": {"template": "two", "format": "txt"}})
    api("POST", f"{BASE}/{workflow_id}/nodes", {**NODE, "name": "More"})
    api("POST", f"{BASE}/{workflow_id}/publish")
    return workflow_id


def test_a_version_says_who_made_it_when_and_why(api: Any, workflow: int) -> None:
    status, version = api("GET", f"{BASE}/{workflow}/versions/1")
    assert (status, version["note"], version["created_by"], version["node_count"]) == (200, "the first", "ada", 1)
    assert version["definition"]["nodes"][0]["config"] == {"template": "one", "title": "T"}
    assert len(version["content_hash"]) == 64
    assert api("GET", f"{BASE}/{workflow}/versions/3")[1]["error"]["code"] == "VERSION_NOT_FOUND"


def test_a_diff_names_nodes_fields_and_edges(api: Any, workflow: int) -> None:
    diff = api("GET", f"{BASE}/{workflow}/versions/1/diff/2")[1]
    assert [n["key"] for n in diff["added"]] == ["more"]
    assert diff["removed"] == []
    ((changed),) = diff["changed"]
    assert {(c["op"], c["path"], c["before"], c["value"]) for c in changed["changes"]} == {
        ("replace", "/config/template", "one", "two"),
        ("remove", "/config/title", "T", None),
        ("add", "/config/format", None, "txt"),
    }
    assert diff["edges_added"] == [{"source": "hello", "target": "more", "outcome": None}]
    backwards = api("GET", f"{BASE}/{workflow}/versions/2/diff/1")[1]
    assert [n["key"] for n in backwards["removed"]] == ["more"]


def test_the_draft_is_a_side_like_any_other(api: Any, workflow: int) -> None:
    assert api("GET", f"{BASE}/{workflow}/versions/2/diff/draft")[1]["equal"] is True
    api("PUT", f"{BASE}/{workflow}/nodes/1", {"name": "Renamed"})
    diff = api("GET", f"{BASE}/{workflow}/versions/2/diff/draft")[1]
    assert (diff["equal"], diff["changed"][0]["changes"][0]["path"]) == (False, "/name")
    assert api("GET", f"{BASE}/{workflow}/versions/2/diff/9")[0] == 404
    assert api("GET", f"{BASE}/{workflow}/versions/2/diff/other")[0] == 422


def test_a_rollback_runs_the_old_definition_as_a_new_version(api: Any, workflow: int, tenant: str) -> None:
    status, version = api("POST", f"{BASE}/{workflow}/rollback", {"version": 1, "note": "was better"})
    assert (status, version["version"], version["rollback_of"], version["node_count"]) == (200, 3, 1, 1)
    assert api("POST", f"{BASE}/{workflow}/execute")[1]["version"] == 3
    assert api("GET", f"{BASE}/{workflow}/versions/1/diff/3")[1]["equal"] is True
    shown = api("GET", f"{BASE}/{workflow}")[1]
    assert (shown["published_version"], shown["node_count"], shown["has_unpublished_changes"]) == (3, 2, True)
    told = Stage(tenant).workflows.table.query_all(f"{tenant}#outbox", most=100)
    (event,) = [i["event"] for i in told if i["event"]["type"] == "workflow.rolled_back"]
    assert (event["data"]["version"], event["data"]["rollback_of"], event["actor"]) == (3, 1, "ada")


def test_a_rollback_that_arrives_twice_makes_one_version(api: Any, workflow: int) -> None:
    first = api("POST", f"{BASE}/{workflow}/rollback", {"version": 1})
    assert api("POST", f"{BASE}/{workflow}/rollback", {"version": 1}) == first
    assert len(api("GET", f"{BASE}/{workflow}/versions")[1]) == 3
    assert api("POST", f"{BASE}/{workflow}/rollback", {"version": 9})[0] == 404


def test_after_a_rollback_the_draft_can_be_published_again(api: Any, workflow: int) -> None:
    api("POST", f"{BASE}/{workflow}/rollback", {"version": 1})
    assert api("POST", f"{BASE}/{workflow}/publish")[1]["version"] == 4
    assert api("GET", f"{BASE}/{workflow}/versions/2/diff/4")[1]["equal"] is True
