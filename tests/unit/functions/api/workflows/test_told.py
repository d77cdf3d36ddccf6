"""What a caller changes is told with what was and what is, in the write itself."""

import json
from typing import Any

import pytest

from functions.api.workflows import dependencies
from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event

WORKFLOWS = "/api/v3/workflows"


@pytest.fixture
def told(tenant: str) -> Any:
    """The events of a kind that lie in the tables' outboxes."""

    def of(kind: str) -> list[dict[str, Any]]:
        tables = (dependencies.workflows().table, dependencies.documents().table)
        items = [i for t in tables for i in t.query_all(f"{tenant}#outbox", most=100)]
        return [i["event"]["data"] for i in items if i["event"]["type"] == kind]

    return of


def ask(tenant: str, method: str, path: str, body: Any = None) -> Any:
    status, answer = call(handler, method, f"{WORKFLOWS}{path}", body, caller=a_caller(tenant))
    assert status == 200, answer
    return answer


def test_a_workflow_from_its_first_day_to_its_last(tenant: str, told: Any) -> None:
    made = ask(tenant, "POST", "", {"name": "Contract", "config": {"api_key": "sk-1", "tone": "dry"}})
    ask(tenant, "PUT", f"/{made['id']}", {"name": "Contract review", "priority": "medium"})
    ask(tenant, "DELETE", f"/{made['id']}")

    (created,), (updated,), (deleted,) = told("workflow.created"), told("workflow.updated"), told("workflow.deleted")
    assert created["after"]["config"] == {"api_key": "***", "tone": "dry"}
    assert (updated["before"], updated["after"]) == ({"name": "Contract"}, {"name": "Contract review"})
    assert deleted["before"]["name"] == "Contract review"
    assert "after" not in deleted


def test_a_node_from_its_first_day_to_its_last(tenant: str, told: Any) -> None:
    workflow = ask(tenant, "POST", "", {"name": "Contract"})["id"]
    node = ask(tenant, "POST", f"/{workflow}/nodes", {"name": "Summary", "node_type": "ai_summarize"})["id"]
    ask(tenant, "PUT", f"/{workflow}/nodes/{node}", {"config": {"max_sentences": 3}})
    ask(tenant, "DELETE", f"/{workflow}/nodes/{node}")

    (added,), (updated,), (deleted,) = told("node.added"), told("node.updated"), told("node.deleted")
    assert (added["node_id"], added["after"]["node_type"]) == (node, "ai_summarize")
    assert (updated["before"], updated["after"]) == ({"config": {}}, {"config": {"max_sentences": 3}})
    assert deleted["before"]["config"] == {"max_sentences": 3}


def test_what_is_too_long_to_tell_is_told_by_its_hash(tenant: str, told: Any) -> None:
    workflow = ask(tenant, "POST", "", {"name": "Contract", "config": {"text": "x" * 10_000}})

    (created,) = told("workflow.created")
    assert created["after"]["config"].keys() == {"bytes", "sha256"}
    assert created["after"]["name"] == workflow["name"]


def test_a_document_that_comes_and_goes(tenant: str, told: Any) -> None:
    event = rest_event(
        "POST",
        f"{WORKFLOWS}/documents?filename=a.txt",
        b"hello",
        a_caller(tenant),
        {"content-type": "application/octet-stream"},
    )
    document = json.loads(handler(event, a_context())["body"])["id"]
    ask(tenant, "DELETE", f"/documents/{document}")

    (uploaded,), (deleted,) = told("document.uploaded"), told("document.deleted")
    assert uploaded["after"] == deleted["before"]
    assert uploaded["after"] | {"sha256": ""} == {
        "filename": "a.txt",
        "media_type": "text/plain",
        "size": 5,
        "sha256": "",
    }


def test_a_document_that_is_not_there_is_not_told_to_be_gone(tenant: str, told: Any) -> None:
    status, _ = call(handler, "DELETE", f"{WORKFLOWS}/documents/doc_missing", caller=a_caller(tenant))

    assert (status, told("document.deleted")) == (404, [])
