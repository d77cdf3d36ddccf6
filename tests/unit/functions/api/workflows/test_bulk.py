"""One action on many workflows over the real handler."""

from types import SimpleNamespace
from typing import Any

import pytest

from functions.api.workflows.handler import handler
from functions.api.workflows.service import bulk
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
NODE = {"name": "Hello", "node_type": "document_template", "config": {"template": "hi"}}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def three(api: Any) -> None:
    """1 and 2 can run, 3 has no valid node."""
    for node in (NODE, NODE, {**NODE, "config": {}}):
        api("POST", BASE, {"name": "W", "nodes": [node]})


def done(api: Any, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    status, answer = api("POST", f"{BASE}/bulk", body, **headers)
    assert status == 200, answer
    return dict(answer)


def test_each_succeeds_or_fails_by_itself(api: Any, three: None) -> None:
    api("PUT", f"{BASE}/2", {"status": "active"})
    api("PUT", f"{BASE}/2", {"status": "cancelled"})
    answer = done(api, {"action": "activate", "ids": [1, 2, 9, 3, 1]})
    assert (answer["total"], answer["succeeded"], answer["failed"]) == (4, 2, 2)
    one, two, nine, three_ = answer["results"]
    assert (one["id"], one["success"], one["changed"], one["status"]) == (1, True, True, "active")
    assert (two["error"]["code"], two["error"]["details"]["allowed"]) == ("ILLEGAL_TRANSITION", ["deleted"])
    assert nine["error"]["code"] == "WORKFLOW_NOT_FOUND"
    assert three_["status"] == "active"
    assert [w["status"] for w in api("GET", BASE)[1]] == ["active", "cancelled", "active"]


@pytest.mark.parametrize("action", ["activate", "delete"])
def test_again_changes_nothing_more(api: Any, three: None, action: str) -> None:
    first = done(api, {"action": action, "ids": [1, 2]})
    again = done(api, {"action": action, "ids": [1, 2]})
    assert [r["changed"] for r in first["results"] + again["results"]] == [True, True, False, False]
    assert again["succeeded"] == 2


def test_runs_are_started_where_they_can_be(api: Any, three: None) -> None:
    answer = done(api, {"action": "execute", "ids": [1, 3, 2], "parameters": {"who": "Ada"}})
    assert [r["success"] for r in answer["results"]] == [True, False, True]
    assert answer["results"][1]["error"]["code"] == "DEFINITION_INVALID"
    run = api("GET", f"{BASE}/runs/{answer['results'][2]['run_id']}")[1]
    assert (run["workflow_id"], run["parameters"]) == (2, {"who": "Ada"})


def test_the_same_key_starts_no_second_run_even_when_the_first_answer_was_never_kept(
    api: Any, three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies, so to speak, after the first workflow's run: the same request goes on after it."""
    order = {"action": "execute", "ids": [1, 2]}
    started = iter([0.0, 0.0])
    monkeypatch.setattr(bulk, "time", SimpleNamespace(monotonic=lambda: next(started, 10_000.0)))
    first = done(api, order, **{"idempotency-key": "k"})
    assert [(r.get("error") or {}).get("code") for r in first["results"]] == [None, "NOT_REACHED"]
    monkeypatch.undo()
    second = done(api, order, **{"idempotency-key": "k"})
    assert second["succeeded"] == 2
    assert second["results"][0]["run_id"] == first["results"][0]["run_id"]
    assert done(api, order, **{"idempotency-key": "k"}) == second
    assert [len(api("GET", f"{BASE}/{i}/runs")[1]) for i in (1, 2)] == [1, 1]
    assert api("POST", f"{BASE}/bulk", {**order, "ids": [1]}, **{"idempotency-key": "k"})[0] == 409


def test_another_tenants_are_not_found(three: None, tenant: str) -> None:
    body = {"action": "delete", "ids": [1, 2]}
    answer = call(handler, "POST", f"{BASE}/bulk", body, a_caller(f"{tenant}x"))[1]
    assert [r["error"]["code"] for r in answer["results"]] == ["WORKFLOW_NOT_FOUND"] * 2


@pytest.mark.parametrize(
    "body",
    [
        {"action": "activate", "ids": []},
        {"action": "activate", "ids": [0]},
        {"action": "activate", "ids": list(range(1, 102))},
        {"action": "stop", "ids": [1]},
        {"action": "pause", "ids": [1], "parameters": {}},
    ],
)
def test_what_cannot_be_asked_is_422(api: Any, body: dict[str, Any]) -> None:
    assert api("POST", f"{BASE}/bulk", body)[0] == 422


def test_a_guest_may_not(tenant: str) -> None:
    guest = a_caller(tenant, roles=("guest",))
    assert call(handler, "POST", f"{BASE}/bulk", {"action": "delete", "ids": [1]}, guest)[0] == 403
