"""Templates: ours as they are, a tenant's own with versions."""

import pytest

from tests.unit.functions.api.ai_workflows.conftest import Client

STEPS = [{"ai_task": "analyze_text", "name": "Mood", "parameters": {"analysis_type": "sentiment"}}]
NEW = "/templates?name=mood&description=How%20it%20feels&ai_provider=local&estimated_time=5"


def test_ours_are_there_for_everybody(client: Client) -> None:
    status, found = client("GET", "/templates")
    assert (status, list(found)) == (200, ["content_generation", "text_analysis", "document_processing"])
    assert found["document_processing"]["estimated_time"] == 45
    assert client("GET", "/templates/text_analysis")[1]["builtin"] is True


@pytest.mark.parametrize("body", [STEPS, {"steps": STEPS}])
def test_one_of_ones_own_is_made_and_used(client: Client, body: object) -> None:
    status, made = client("POST", NEW, body)
    assert (status, made["template_name"], made["status"], made["version"]) == (200, "mood", "created", 1)
    assert client("GET", "/stats")[1]["available_templates"] == 4
    identifier = client(
        "POST",
        "",
        {"name": "W", "workflow_type": "text_analysis", "template_name": "mood"} | {"input_data": {"text": "Bees."}},
    )[1]["workflow_id"]
    shown = client("GET", f"/{identifier}")[1]
    assert (shown["template_name"], shown["template_version"], shown["ai_provider"]) == ("mood", 1, "local")
    assert [s["step_id"] for s in shown["steps"]] == ["mood"]


def test_a_change_is_a_version_and_leaves_what_was_made_alone(client: Client) -> None:
    client("POST", NEW, STEPS)
    made = {"name": "W", "workflow_type": "text_analysis", "template_name": "mood", "input_data": {"text": "Bees."}}
    identifier = client("POST", "", made)[1]["workflow_id"]
    steps = [*STEPS, {"ai_task": "generate_summary"}]
    status, changed = client("PUT", "/templates/mood", {"steps": steps})
    assert (status, changed["version"], len(changed["steps"])) == (200, 2, 2)
    assert client("PUT", "/templates/mood", {"steps": steps})[1]["version"] == 2
    versions = client("GET", "/templates/mood/versions")[1]
    assert [(v["version"], len(v["steps"])) for v in versions] == [(2, 2), (1, 1)]
    assert len(client("GET", f"/{identifier}")[1]["steps"]) == 1


def test_a_deleted_one_is_gone_and_its_name_goes_on_counting(client: Client) -> None:
    client("POST", NEW, STEPS)
    assert client("DELETE", "/templates/mood")[0] == 200
    assert client("GET", "/templates/mood")[0] == 404
    assert client("DELETE", "/templates/mood")[0] == 404
    assert client("GET", "/stats")[1]["available_templates"] == 3
    assert client("POST", NEW, STEPS)[1]["version"] == 2


def test_names_that_are_taken_and_ours_are_refused(client: Client) -> None:
    client("POST", NEW, STEPS)
    for name in ("mood", "text_analysis"):
        status, body = client("POST", f"/templates?name={name}", STEPS)
        assert (status, body["error"]["code"]) == (409, "AI_TEMPLATE_EXISTS")
    for method, body in (("PUT", {"description": "x"}), ("DELETE", None)):
        answer = client(method, "/templates/text_analysis", body)
        assert (answer[0], answer[1]["error"]["code"]) == (409, "AI_TEMPLATE_BUILT_IN")
    assert client("POST", "/templates?name=a/b", STEPS)[0] == 422
    assert client("POST", "/templates?name=x", [{"ai_task": "dance"}])[0] == 422
    assert client("POST", "/templates?name=x", [])[0] == 422
    wrong = [{"ai_task": "analyze_text", "parameters": {"mood": 1}}]
    assert client("POST", "/templates?name=x", wrong)[1]["error"]["code"] == "AI_STEPS_INVALID"


def test_the_same_key_makes_one(client: Client) -> None:
    one, two = (client("POST", NEW, STEPS, idempotency_key="k") for _ in range(2))
    assert one == two
    assert one[0] == 200


def test_a_hundred_are_the_most(client: Client) -> None:
    from tests.support.engine import Stage

    client("POST", NEW, STEPS)
    Stage(client.tenant).workflows.table.update(f"{client.tenant}#ai_workflows", "stats", set_={"templates": 100})
    status, body = client("POST", "/templates?name=more", STEPS)
    assert (status, body["error"]["code"]) == (409, "AI_TEMPLATES_FULL")


def test_another_tenant_has_none_of_them(client: Client, stranger: Client) -> None:
    client("POST", NEW, STEPS)
    assert "mood" not in stranger("GET", "/templates")[1]
    for method, path, body in (("GET", "", None), ("GET", "/versions", None), ("PUT", "", {"description": "x"})):
        assert stranger(method, f"/templates/mood{path}", body)[0] == 404
    assert stranger("DELETE", "/templates/mood")[0] == 404
