"""ai/prompts: kept under a name, in versions, and rendered with variables that are what they were said to be."""

from collections.abc import Callable
from typing import Any

import pytest

from docchain.ai.templates import repository
from docchain.ai.templates.errors import PromptChanged
from docchain.ai.templates.models import PromptText
from docchain.storage.table import Table
from tests.unit.functions.api.advanced_ai.conftest import Door

REPLY = {
    "name": "reply",
    "template": "Write about {{ topic }}{% if short %} briefly{% endif %}.",
    "system": "You write for {{ topic }}.",
    "variables": [
        {"name": "topic"},
        {"name": "short", "type": "boolean", "default": True, "required": False},
    ],
}


def told(table: Table, tenant_id: str) -> list[str]:
    return [item["event"]["type"] for item in table.query_all(f"{tenant_id}#outbox", most=100)]


def test_a_prompt_is_kept_replaced_and_deleted_and_each_is_told(door: Door) -> None:
    assert door.post("/prompts", REPLY)[1]["version"] == 1
    status, second = door.call("PUT", "/api/v3/advanced/ai/prompts/reply", {"template": "Other"})
    assert (status, second["version"]) == (200, 2)
    assert door.get("/prompts/reply")[1]["template"] == "Other"
    assert door.get("/prompts/reply?version=1")[1]["template"] == REPLY["template"]
    assert [p["version"] for p in door.get("/prompts/reply/versions")[1]] == [2, 1]
    assert door.call("DELETE", "/api/v3/advanced/ai/prompts/reply")[0] == 200
    assert door.get("/prompts/reply")[0] == 404
    assert door.get("/prompts/reply?version=1")[0] == 404
    assert told(door.table, door.caller.tenant_id) == ["prompt.created", "prompt.updated", "prompt.deleted"]


def test_the_same_key_makes_one_prompt_and_another_body_is_409(door: Door) -> None:
    headers = {"idempotency-key": "once"}
    first, again = door.post("/prompts", REPLY, **headers), door.post("/prompts", REPLY, **headers)

    assert first == again
    assert door.post("/prompts", {**REPLY, "name": "other"}, **headers)[0] == 409
    assert door.post("/prompts", REPLY)[1]["error"]["code"] == "PROMPT_EXISTS"


def test_who_changes_a_version_that_is_no_longer_the_newest_hears_of_it(door: Door) -> None:
    door.post("/prompts", REPLY)
    path = "/api/v3/advanced/ai/prompts/reply"
    assert door.call("PUT", path, {"template": "a", "expected_version": 1})[0] == 200
    status, found = door.call("PUT", path, {"template": "b", "expected_version": 1})

    assert (status, found["error"]["code"]) == (409, "PROMPT_CHANGED")


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "{{ nobody }}"},
        {"template": "{% for x in topic"},
        {"template": "{{ topic.__class__ }}{{ cycler }}"},
        {"variables": [{"name": "topic"}, {"name": "topic"}]},
        {"variables": [{"name": "topic", "type": "number", "default": "much"}]},
        {"name": "No Name"},
    ],
)
def test_what_could_not_be_rendered_is_not_kept(door: Door, wrong: dict[str, Any]) -> None:
    assert door.post("/prompts", {**REPLY, **wrong})[0] == 422
    assert door.get("/prompts")[1] == []


def test_a_rendering_shows_what_a_model_would_be_asked(door: Door) -> None:
    door.post("/prompts", REPLY)
    status, found = door.post("/prompts/reply/render", {"variables": {"topic": "bees", "short": False}})

    assert status == 200, found
    assert found == {"prompt": "Write about bees.", "system": "You write for bees.", "version": "reply@1"}


@pytest.mark.parametrize("variables", [{}, {"topic": 3}, {"topic": "a", "unknown": 1}, {"topic": "a", "short": "yes"}])
def test_variables_that_are_not_what_they_were_said_to_be_are_422(door: Door, variables: dict[str, Any]) -> None:
    door.post("/prompts", REPLY)
    status, found = door.post("/prompts/reply/render", {"variables": variables})

    assert (status, found["error"]["code"]) == (422, "PROMPT_VARIABLES_INVALID")


def test_a_value_is_never_a_template_itself(door: Door) -> None:
    door.post("/prompts", REPLY)
    _, found = door.post("/prompts/reply/render", {"variables": {"topic": "{{ 7 * 7 }}"}})

    assert found["prompt"] == "Write about {{ 7 * 7 }} briefly."


def test_lists_go_on_where_the_page_before_ended(door: Door) -> None:
    for name in ("alpha", "beta", "gamma"):
        door.post("/prompts", {**REPLY, "name": name})

    assert [p["name"] for p in door.get("/prompts?limit=2")[1]] == ["alpha", "beta"]


def test_a_tenant_keeps_so_many_and_room_is_made_by_deleting(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "PROMPTS_MOST", 1)
    door.post("/prompts", REPLY)
    status, found = door.post("/prompts", {**REPLY, "name": "other"})
    assert (status, found["error"]["code"]) == (409, "TOO_MANY_PROMPTS")
    door.call("DELETE", "/api/v3/advanced/ai/prompts/reply")

    assert door.post("/prompts", {**REPLY, "name": "other"})[0] == 200


def test_the_oldest_version_goes_when_there_are_too_many(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "VERSIONS_MOST", 2)
    door.post("/prompts", REPLY)
    for text in ("two", "three"):
        door.call("PUT", "/api/v3/advanced/ai/prompts/reply", {"template": text})

    assert door.get("/prompts/reply?version=1")[0] == 404
    assert [p["version"] for p in door.get("/prompts/reply/versions")[1]] == [3, 2]


def test_of_two_who_change_it_at_once_one_hears_of_the_other(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.post("/prompts", REPLY)
    tenant_id, prompts = door.caller.tenant_id, repository.PromptRepository(door.table)
    before = prompts.read(tenant_id, "reply")
    prompts.replace(tenant_id, "reply", PromptText(template="first"), "ada", None)
    monkeypatch.setattr(repository.PromptRepository, "read", lambda *_: before)
    with pytest.raises(PromptChanged):
        prompts.replace(tenant_id, "reply", PromptText(template="second"), "bob", None)
    monkeypatch.undo()

    assert prompts.read(tenant_id, "reply").template == "first"


def test_a_change_takes_few_calls(door: Door, aws_calls: list[str], peered: Callable[..., Any]) -> None:
    aws_calls.clear()
    door.post("/prompts", REPLY)
    assert aws_calls == ["TransactWriteItems"]
    aws_calls.clear()
    door.get("/prompts/reply")
    assert aws_calls == ["GetItem"]
