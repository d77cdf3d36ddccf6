"""Workflows and nodes over the real handler, on moto."""

from typing import Any

import pytest

from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/workflows"
TEMPLATE = {"name": "Hello", "node_type": "document_template", "config": {"template": "hi {{ params.who }}"}}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


def a_workflow(api: Any, *nodes: dict[str, Any]) -> int:
    status, body = api("POST", BASE, {"name": "W", "nodes": list(nodes)})
    assert status == 200, body
    return int(body["id"])


def test_ids_count_up_from_one_in_each_tenant(api: Any) -> None:
    assert [a_workflow(api), a_workflow(api)] == [1, 2]


def test_a_workflow_is_created_read_changed_listed_and_deleted(api: Any) -> None:
    workflow_id = a_workflow(api)
    assert api("GET", f"{BASE}/{workflow_id}")[1]["status"] == "draft"
    status, changed = api("PUT", f"{BASE}/{workflow_id}", {"name": "New", "status": "active", "config": {"a": 1.5}})
    assert (status, changed["name"], changed["status"], changed["config"]) == (200, "New", "active", {"a": 1.5})
    assert [w["id"] for w in api("GET", BASE)[1]] == [workflow_id]
    assert api("DELETE", f"{BASE}/{workflow_id}") == (200, {"message": f"Workflow {workflow_id} deleted"})
    assert api("GET", f"{BASE}/{workflow_id}")[0] == 404
    assert api("GET", BASE)[1] == []


def test_every_path_answers_with_and_without_a_trailing_slash(api: Any) -> None:
    assert api("GET", f"{BASE}/") == api("GET", BASE) == (200, [])


def test_skip_and_cursor_page_through_the_list(api: Any, tenant: str) -> None:
    for _ in range(5):
        a_workflow(api)
    assert [w["id"] for w in api("GET", f"{BASE}?skip=3")[1]] == [4, 5]
    answer = handler(rest_event("GET", f"{BASE}?limit=2", caller=a_caller(tenant)), a_context())
    link = answer["headers"]["link"]
    following = link[link.index("<") + 1 : link.index(">")]
    assert [w["id"] for w in api("GET", following)[1]] == [3, 4]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "skip=-1", "limit=x", "cursor=%25%25", "skip=10001"])
def test_a_bad_page_is_refused_by_name(api: Any, query: str) -> None:
    status, body = api("GET", f"{BASE}?{query}")
    assert status == 422
    assert query.split("=", maxsplit=1)[0] in body["error"]["message"]


def test_a_transition_that_the_contract_forbids_is_a_conflict(api: Any) -> None:
    workflow_id = a_workflow(api)
    status, body = api("PUT", f"{BASE}/{workflow_id}", {"status": "completed"})
    assert (status, body["error"]["code"]) == (409, "ILLEGAL_TRANSITION")
    assert body["error"]["details"]["allowed"] == ["active", "deleted"]


def test_another_tenant_finds_nothing(api: Any, tenant: str) -> None:
    workflow_id = a_workflow(api, TEMPLATE)
    stranger = a_caller(f"{tenant}x")
    paths = ["", "/nodes", "/nodes/1", "/versions", "/graph", "/runs"]
    assert {call(handler, "GET", f"{BASE}/{workflow_id}{p}", None, stranger)[0] for p in paths} == {404}
    for method, path, body in [
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/nodes", TEMPLATE),
        ("PUT", "/nodes/1", {"name": "x"}),
        ("DELETE", "/nodes/1", None),
        ("POST", "/publish", None),
        ("POST", "/validate", None),
        ("POST", "/execute", None),
    ]:
        assert call(handler, method, f"{BASE}/{workflow_id}{path}", body, stranger)[0] == 404, (method, path)


def test_without_a_token_or_the_scope_nothing_is_served(tenant: str) -> None:
    assert call(handler, "GET", BASE)[0] == 401
    guest = a_caller(tenant, roles=("guest",))
    assert call(handler, "GET", BASE, None, guest)[0] == 200
    status, body = call(handler, "POST", BASE, {"name": "x"}, guest)
    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")


def test_the_same_idempotency_key_makes_one_workflow(api: Any) -> None:
    headers = {"idempotency-key": "k-1"}
    first = api("POST", BASE, {"name": "Once"}, **headers)
    assert api("POST", BASE, {"name": "Once"}, **headers) == first
    assert api("POST", BASE, {"name": "Other"}, **headers)[0] == 409
    assert len(api("GET", BASE)[1]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "x", "config": []}, "config"),
        ({"name": "x", "config": {"big": "y" * 70_000}}, "config"),
        ({"name": "x", "owner": "me"}, "owner"),
        ({"name": "x", "nodes": [{"name": "n"}]}, "nodes.0.node_type"),
    ],
)
def test_bad_input_is_422_and_names_the_field(api: Any, body: dict[str, Any], field: str) -> None:
    status, answer = api("POST", BASE, body)
    assert (status, answer["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert field in [d["field"] for d in answer["error"]["details"]]
    assert api("GET", BASE)[1] == []


@pytest.mark.parametrize("raw", [b"{", b"", b"[1]", b'"x"', b"\xff\xfe", b'{"name": NaN}', b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_a_4xx(api: Any, raw: bytes) -> None:
    status, answer = api("POST", BASE, raw)
    assert 400 <= status < 500, answer
    assert answer["error"]["request_id"]


@pytest.mark.parametrize("config", [{"x": 10**39}, {"x": "\ud800"}, {"x": {"y": float("1e300")}}])
def test_values_that_the_table_cannot_keep_are_422(api: Any, config: dict[str, Any]) -> None:
    assert api("POST", BASE, {"name": "x", "config": config})[0] == 422


def test_an_unknown_path_and_a_wrong_method_stay_in_the_envelope(api: Any) -> None:
    assert api("GET", f"{BASE}/1/nowhere")[1]["error"]["code"] == "NOT_FOUND"
    assert api("PATCH", BASE)[1]["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert api("GET", f"{BASE}/abc")[0] == 422


def test_nodes_are_added_changed_and_removed(api: Any) -> None:
    workflow_id = a_workflow(api)
    status, node = api("POST", f"{BASE}/{workflow_id}/nodes", TEMPLATE)
    assert (status, node["id"], node["key"], node["status"]) == (200, 1, "hello", "pending")
    api("POST", f"{BASE}/{workflow_id}/nodes", {**TEMPLATE, "depends_on": ["hello"]})
    assert [n["key"] for n in api("GET", f"{BASE}/{workflow_id}/nodes")[1]] == ["hello", "hello_2"]
    assert api("DELETE", f"{BASE}/{workflow_id}/nodes/1")[1]["error"]["code"] == "NODE_IN_USE"
    assert api("PUT", f"{BASE}/{workflow_id}/nodes/2", {"depends_on": []})[0] == 200
    assert api("DELETE", f"{BASE}/{workflow_id}/nodes/1")[0] == 200
    assert api("GET", f"{BASE}/{workflow_id}/nodes/1")[0] == 404
    assert api("POST", f"{BASE}/{workflow_id}/nodes", TEMPLATE)[1]["id"] == 3


def test_an_unknown_node_kind_is_refused_with_the_known_ones(api: Any) -> None:
    workflow_id = a_workflow(api)
    status, body = api("POST", f"{BASE}/{workflow_id}/nodes", {"name": "x", "node_type": "teleport"})
    assert (status, body["error"]["code"]) == (422, "UNKNOWN_NODE_KIND")
    assert "document_extract" in body["error"]["message"]


def test_validate_tells_every_bad_config_with_node_and_field(api: Any) -> None:
    workflow_id = a_workflow(
        api,
        {"name": "C", "node_type": "document_render", "config": {"format": "exe"}},
        {"name": "D", "node_type": "delay", "config": {"seconds": "soon"}},
    )
    status, body = api("POST", f"{BASE}/{workflow_id}/validate")
    assert (status, body["valid"]) == (200, False)
    assert {(f["node"], f["field"]) for f in body["findings"]} == {("c", "config.format"), ("d", "config.seconds")}


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ([{**TEMPLATE, "name": "A", "depends_on": ["b"]}, {**TEMPLATE, "name": "B", "depends_on": ["a"]}], "cycle"),
        ([{**TEMPLATE, "config": {"template": "{{ nodes.nobody.text }}"}}], "nobody"),
        ([{**TEMPLATE, "config": {"template": "{% for %}"}}], "template"),
        ([{**TEMPLATE, "depends_on": ["ghost"]}], "ghost"),
        ([{"name": "If", "node_type": "condition", "config": {"expression": "nodes."}}], "expression"),
    ],
)
def test_a_draft_that_cannot_run_is_not_published_and_says_why(api: Any, nodes: list[Any], told: str) -> None:
    workflow_id = a_workflow(api, *nodes)
    for path in ("publish", "execute"):
        status, body = api("POST", f"{BASE}/{workflow_id}/{path}")
        assert (status, body["error"]["code"]) == (422, "DEFINITION_INVALID")
        assert told in str(body["error"]).lower()
    assert api("GET", f"{BASE}/{workflow_id}/versions")[1] == []


def test_a_large_workflow_is_created_in_one_request(api: Any) -> None:
    nodes = [{**TEMPLATE, "name": f"N{n}"} for n in range(250)]
    workflow_id = a_workflow(api, *nodes)
    assert len(api("GET", f"{BASE}/{workflow_id}/nodes")[1]) == 250
