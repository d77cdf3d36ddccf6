"""A workflow goes from status to status as the contract says, whoever else pushes at the same time."""

from typing import Any

import pytest

from docchain.workflows.errors import WorkflowChanged, WorkflowNotFound
from docchain.workflows.models import TRANSITIONS, WorkflowStatus
from functions.api.workflows import dependencies
from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
# Ways from a draft to each status.
WAYS = {
    "draft": [],
    "active": ["active"],
    "paused": ["active", "paused"],
    "completed": ["active", "completed"],
    "cancelled": ["active", "cancelled"],
}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.mark.parametrize("after", list(WorkflowStatus))
@pytest.mark.parametrize("before", WAYS)
def test_every_transition_is_as_in_the_contract(api: Any, before: str, after: str) -> None:
    workflow_id = api("POST", BASE, {"name": "W"})[1]["id"]
    for status in WAYS[before]:
        assert api("PUT", f"{BASE}/{workflow_id}", {"status": status})[0] == 200
    allowed = sorted(TRANSITIONS[WorkflowStatus(before)])
    status, body = api("PUT", f"{BASE}/{workflow_id}", {"status": after})
    if after in allowed or after == before:
        assert (status, body["status"]) == (200, after)
    else:
        assert (status, body["error"]["code"], body["error"]["details"]["allowed"]) == (
            409,
            "ILLEGAL_TRANSITION",
            allowed,
        )


def test_a_new_status_is_told_and_the_same_one_is_not(api: Any, tenant: str) -> None:
    for status in ("active", "active", "paused"):
        api("PUT", f"{BASE}/{_made(api)}", {"status": status})
    items = dependencies.workflows().table.query_all(f"{tenant}#outbox", most=100)
    told = [i["event"] for i in items if i["event"]["type"] == "workflow.status_changed"]
    assert [(e["data"]["before"]["status"], e["data"]["after"]["status"]) for e in told] == [
        ("draft", "active"),
        ("active", "paused"),
    ]
    assert [i for i in items if i["event"]["type"] == "workflow.updated"] == []


def _made(api: Any) -> int:
    if not api("GET", BASE)[1]:
        api("POST", BASE, {"name": "W"})
    return 1


def test_of_two_who_push_at_once_the_second_looks_again(api: Any, tenant: str) -> None:
    """Both read ``active``; one cancels it, and what the other wanted is no longer allowed."""
    workflows = dependencies.workflows()
    api("PUT", f"{BASE}/{_made(api)}", {"status": "active"})
    stale = workflows.read(tenant, 1)
    api("PUT", f"{BASE}/1", {"status": "cancelled"})
    with pytest.raises(WorkflowChanged):
        workflows.change(tenant, stale, {"status": "paused"}, [])
    assert api("PUT", f"{BASE}/1", {"status": "paused"})[0] == 409
    assert api("GET", f"{BASE}/1")[1]["status"] == "cancelled"
    api("DELETE", f"{BASE}/1")
    with pytest.raises(WorkflowNotFound):
        workflows.change(tenant, stale, {"name": "x"}, [])


def test_a_reader_who_was_late_changes_what_is_there_now(
    api: Any, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflows = dependencies.workflows()
    workflow_id = _made(api)
    stale = [workflows.read(tenant, workflow_id)]
    api("PUT", f"{BASE}/{workflow_id}", {"name": "Theirs"})
    read = type(workflows).read

    def late(self: Any, *arguments: Any, **options: Any) -> Any:
        return stale.pop() if stale else read(self, *arguments, **options)

    monkeypatch.setattr(type(workflows), "read", late)
    assert api("PUT", f"{BASE}/{workflow_id}", {"tags": ["mine"]})[1]["tags"] == ["mine"]
    shown = api("GET", f"{BASE}/{workflow_id}")[1]
    assert (shown["name"], shown["tags"]) == ("Theirs", ["mine"])
    assert [w["id"] for w in api("GET", f"{BASE}?search=theirs&tag=mine")[1]] == [workflow_id]
