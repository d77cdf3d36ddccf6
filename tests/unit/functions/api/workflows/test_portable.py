"""Workflows travel as documents and are copied, over the real handler."""

from typing import Any

import pytest

from docchain.definitions.normalise import normalise
from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/workflows"
NODES = [
    {"name": "Read", "node_type": "document_template", "config": {"template": "hi {{ params.who }}"}},
    {"name": "Long?", "node_type": "condition", "config": {"expression": "nodes.read.words > 2"}},
    {"name": "Short", "node_type": "ai_summarize", "depends_on": [{"node": 2, "outcome": "true"}, 1]},
    {"name": "Whole", "node_type": "document_render", "depends_on": ["2:false", "read"], "timeout_seconds": 60},
]
CARD = {"name": "W", "description": "d", "priority": "high", "tags": ["a"], "config": {"tone": "dry"}}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def workflow(api: Any) -> int:
    status, body = api("POST", BASE, {**CARD, "nodes": NODES})
    assert status == 200, body
    api("DELETE", f"{BASE}/{body['id']}/nodes/99")
    return int(body["id"])


def meaning(api: Any, workflow_id: int) -> str:
    """The hash of what it would run, whatever its nodes' ids are."""
    nodes = api("GET", f"{BASE}/{workflow_id}/nodes")[1]
    definition = normalise([{k: v for k, v in n.items() if k != "id"} | {"id": i} for i, n in enumerate(nodes, 1)])
    return definition.content_hash


@pytest.mark.parametrize("version", ["", "?version=1"])
def test_what_was_exported_means_the_same_elsewhere(api: Any, workflow: int, tenant: str, version: str) -> None:
    api("POST", f"{BASE}/{workflow}/publish")
    document = api("GET", f"{BASE}/{workflow}/export{version}")[1]
    assert (document["format"], document["format_version"], document["workflow"]) == ("docchain-workflow", 1, CARD)
    other = a_caller(f"{tenant}x")
    status, made = call(handler, "POST", f"{BASE}/import", document, other)
    assert (status, made["node_count"], made["status"]) == (200, 4, "draft")
    elsewhere = lambda method, path: call(handler, method, path, None, other)  # noqa: E731
    assert meaning(elsewhere, made["id"]) == meaning(api, workflow)
    again = elsewhere("GET", f"{BASE}/{made['id']}/export{version and '?'}")[1]
    assert again["workflow"] == document["workflow"]


def test_ids_become_keys_so_that_new_ids_do_no_harm(api: Any, workflow: int) -> None:
    """The first node goes, so that every id is another one after the import."""
    api("POST", f"{BASE}/{workflow}/nodes", {"name": "Last", "node_type": "document_render", "depends_on": [4]})
    nodes = api("GET", f"{BASE}/{workflow}/export")[1]["nodes"]
    assert [n.get("depends_on") for n in nodes] == [
        None,
        None,
        [{"node": "long", "outcome": "true"}, "read"],
        ["long:false", "read"],
        ["whole"],
    ]


def test_an_export_is_offered_as_a_file(api: Any, workflow: int, tenant: str) -> None:
    answer = handler(rest_event("GET", f"{BASE}/{workflow}/export", caller=a_caller(tenant)), a_context())
    assert answer["headers"]["content-disposition"] == f'attachment; filename="workflow-{workflow}.json"'


def test_an_import_that_would_not_run_tells_all_that_is_wrong_and_makes_nothing(api: Any) -> None:
    nodes = [
        {"name": "A", "node_type": "ai_summarize", "config": {"max_sentences": 0}, "depends_on": []},
        {"name": "B", "node_type": "document_render", "depends_on": ["nobody"]},
    ]
    document = {"format": "docchain-workflow", "format_version": 1, "workflow": {"name": "W"}, "nodes": nodes}
    status, body = api("POST", f"{BASE}/import", document)
    assert (status, body["error"]["code"]) == (422, "DEFINITION_INVALID")
    assert {d["node"] for d in body["error"]["details"]} == {"a", "b"}
    assert api("GET", BASE)[1] == []
    assert api("POST", f"{BASE}/import?unfinished=true", document)[1]["node_count"] == 2


@pytest.mark.parametrize(
    "change",
    [{"format": "other"}, {"format_version": 2}, {"workflow": {}}, {"more": 1}, {"nodes": [{"name": "x"}]}],
)
def test_another_format_is_refused(api: Any, change: dict[str, Any]) -> None:
    document = {"format": "docchain-workflow", "format_version": 1, "workflow": {"name": "W"}, "nodes": []}
    assert api("POST", f"{BASE}/import", {**document, **change})[0] == 422


@pytest.mark.parametrize("way", ["import", "clone"])
def test_the_same_key_makes_one(api: Any, workflow: int, way: str) -> None:
    document = api("GET", f"{BASE}/{workflow}/export")[1]
    path, body = ("import", document) if way == "import" else (f"{workflow}/clone", {"name": "Two"})
    first = api("POST", f"{BASE}/{path}", body, **{"idempotency-key": "k"})
    assert api("POST", f"{BASE}/{path}", body, **{"idempotency-key": "k"}) == first
    assert [w["id"] for w in api("GET", BASE)[1]] == [workflow, first[1]["id"]]


def test_a_clone_is_a_draft_of_its_own(api: Any, workflow: int) -> None:
    api("POST", f"{BASE}/{workflow}/publish")
    status, copy = api("POST", f"{BASE}/{workflow}/clone")
    assert (status, copy["name"], copy["tags"], copy["published_version"]) == (200, "W (copy)", ["a"], None)
    assert meaning(api, copy["id"]) == meaning(api, workflow)
    api("PUT", f"{BASE}/{copy['id']}/nodes/1", {"name": "Other"})
    assert api("GET", f"{BASE}/{workflow}/nodes/1")[1]["name"] == "Read"
    # Its next node has a number that none has.
    assert api("POST", f"{BASE}/{copy['id']}/nodes", NODES[0])[1]["id"] == 5
    assert api("POST", f"{BASE}/{workflow}/clone", {"name": "Mine"})[1]["name"] == "Mine"


def test_a_thousand_nodes_travel(api: Any) -> None:
    nodes = [{"name": f"N{i}", "node_type": "document_template", "config": {"template": "x"}} for i in range(1000)]
    workflow_id = api("POST", BASE, {"name": "W", "nodes": nodes})[1]["id"]
    document = api("GET", f"{BASE}/{workflow_id}/export")[1]
    assert api("POST", f"{BASE}/import", document)[1]["node_count"] == 1000
    assert len(api("GET", f"{BASE}/2/nodes")[1]) == 1000


def test_another_tenant_exports_and_clones_nothing(workflow: int, tenant: str) -> None:
    stranger = a_caller(f"{tenant}x")
    assert call(handler, "GET", f"{BASE}/{workflow}/export", None, stranger)[0] == 404
    assert call(handler, "POST", f"{BASE}/{workflow}/clone", None, stranger)[0] == 404
