"""The frozen requests, in order, exactly as users' scripts send them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.to_come import TO_COME
from tests.support.client import Client

REQUESTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "contract" / "frozen_requests.json").read_text()
)
# On an empty system workflow 1 does not exist yet.
EXPECTED = {26: 404}


@pytest.fixture(scope="module")
def empty_tenant(admin: Client) -> Client:
    return admin.newcomer()


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: f"{r['n']:02d} {r['method']} {r['path']}")
def test_a_frozen_request_answers_as_the_contract_says(
    request_: dict[str, Any], admin: Client, empty_tenant: Client
) -> None:
    client = empty_tenant if request_["auth"] else Client(admin.base_url, admin.ws_url)
    answer = client.call(request_["method"], request_["path"], request_["body"])
    if request_["n"] in TO_COME:
        assert answer.status_code == 404, (
            f"{request_['path']} answers: take {request_['n']} off tests/contract/to_come.py"
        )
        assert answer.json()["error"]["code"] == "NOT_FOUND"
        return
    assert answer.status_code == EXPECTED.get(request_["n"], 200), answer.text


def test_advanced_execute_answers_once_workflow_1_exists(empty_tenant: Client) -> None:
    assert empty_tenant.workflow() == 1
    answer = empty_tenant.ok(
        "POST", "/api/v3/advanced/workflows/execute", {"workflow_id": 1, "parameters": {"param1": "value1"}}
    )
    assert (answer["workflow_id"], answer["status"], answer["results"]) == (1, "completed", {})
    assert isinstance(answer["execution_time"], float)


def test_the_login_has_the_fields_of_the_contract(admin: Client) -> None:
    answer = admin.ok("POST", "/api/v3/security/auth/login", {"username": "admin", "password": "admin123"})
    assert (answer["user_id"], answer["username"], answer["token_type"]) == (1, "admin", "bearer")
    assert (answer["expires_in"], sorted(answer["roles"])) == (1800, ["admin", "user"])
