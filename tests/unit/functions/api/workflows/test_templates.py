"""Templates over the real handler."""

from typing import Any

import pytest

from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


def test_templates_are_listed_and_read(api: Any) -> None:
    status, listed = api("GET", f"{BASE}/templates")
    assert (status, len(listed) >= 8) == (200, True)
    one = next(t for t in listed if t["name"] == "invoice_approval")
    assert one["parameters"]["limit"]["default"] == 1000
    assert one["run_parameters"]["document_id"]["type"] == "document"
    status, read = api("GET", f"{BASE}/templates/invoice_approval")
    assert (status, len(read["nodes"])) == (200, one["node_count"])
    assert api("GET", f"{BASE}/templates/none")[1]["error"]["code"] == "TEMPLATE_NOT_FOUND"


def test_every_template_becomes_a_workflow_that_validates_and_publishes(api: Any) -> None:
    for template in api("GET", f"{BASE}/templates")[1]:
        status, made = api("POST", f"{BASE}/templates/{template['name']}")
        assert (status, made["name"], made["tags"]) == (200, template["title"], template["tags"])
        assert api("POST", f"{BASE}/{made['id']}/validate")[1] == {"valid": True, "findings": []}
        assert api("POST", f"{BASE}/{made['id']}/publish")[0] == 200


def test_a_template_is_settled_and_named_when_it_is_taken(api: Any) -> None:
    body = {"name": "Mine", "parameters": {"limit": 7}}
    made = api("POST", f"{BASE}/templates/invoice_approval", body)[1]
    assert (made["name"], made["config"]["template"]) == ("Mine", "invoice_approval")
    nodes = {n["key"]: n for n in api("GET", f"{BASE}/{made['id']}/nodes")[1]}
    assert nodes["large"]["config"]["expression"] == "params.amount > 7"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({"limit": "x"}, "TEMPLATE_PARAMETERS_INVALID"), ({"format": "rtf"}, "DEFINITION_INVALID")],
)
def test_what_does_not_fit_makes_nothing(api: Any, parameters: dict[str, Any], code: str) -> None:
    status, body = api("POST", f"{BASE}/templates/invoice_approval", {"parameters": parameters})
    assert (status, body["error"]["code"]) == (422, code)
    assert api("GET", BASE)[1] == []


def test_the_same_key_takes_it_once(api: Any) -> None:
    first = api("POST", f"{BASE}/templates/meeting_minutes", None, **{"idempotency-key": "k"})
    assert api("POST", f"{BASE}/templates/meeting_minutes", None, **{"idempotency-key": "k"}) == first
    assert len(api("GET", BASE)[1]) == 1


def test_a_guest_reads_them_and_takes_none(tenant: str) -> None:
    guest = a_caller(tenant, roles=("guest",))
    assert call(handler, "GET", f"{BASE}/templates", None, guest)[0] == 200
    assert call(handler, "POST", f"{BASE}/templates/meeting_minutes", None, guest)[0] == 403
