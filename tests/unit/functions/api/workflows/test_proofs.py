"""The routes of receipts over the real handler."""

from typing import Any

import pytest

from docchain.audit.hashing import canonical_json
from docchain.ids import new_ulid
from docchain.runs.models import RunStatus
from docchain.verify.files import check
from functions.api.workflows.handler import handler
from functions.api.workflows.service import json_files as service
from tests.support.audit import the_signer
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call, rest_event

NODE = {"id": 1, "name": "Hello", "node_type": "document_template", "config": {"template": "hi"}}
BASE = "/api/v3/workflows/runs"


@pytest.fixture
def run_id(tenant: str) -> int:
    stage = Stage(tenant)
    run = stage.started([NODE])
    stage.runs.end(tenant, run, RunStatus.COMPLETED)
    return run.id


def asked(tenant: str, method: str, path: str, body: Any = None, **fields: Any) -> tuple[int, Any]:
    return call(handler, method, f"{BASE}/{path}", body, a_caller(tenant, **fields))


def test_the_answer_is_a_file_that_verifies(tenant: str, run_id: int) -> None:
    status, file = asked(tenant, "GET", f"{run_id}/proof")

    assert status == 200
    assert check(canonical_json(file), the_signer().public_keys).is_valid


def test_a_run_that_goes_on_has_none_yet(tenant: str) -> None:
    run = Stage(tenant).started([NODE])

    status, answer = asked(tenant, "GET", f"{run.id}/proof")

    assert (status, answer["error"]["code"]) == (409, "RUN_NOT_ENDED")


def test_the_run_of_another_tenant_is_not_found(run_id: int) -> None:
    stranger = f"t_{new_ulid()}"

    assert asked(stranger, "GET", f"{run_id}/proof")[0] == 404
    assert asked(stranger, "POST", f"{run_id}/proof/erase", {"confirmation": f"erase {run_id}"})[0] == 404


def test_erasing_wants_an_administrator_and_the_word(tenant: str, run_id: int) -> None:
    word = {"confirmation": f"erase {run_id}"}

    assert asked(tenant, "POST", f"{run_id}/proof/erase", word, roles=("user",))[0] == 403
    assert asked(tenant, "POST", f"{run_id}/proof/erase", {"confirmation": "yes"})[0] == 422
    status, file = asked(tenant, "POST", f"{run_id}/proof/erase", word)
    assert status == 200
    assert file["run"]["started_by"]["value"] is None
    assert check(canonical_json(file), the_signer().public_keys).is_valid


def test_one_that_is_too_large_for_an_answer_is_behind_a_link(
    tenant: str, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ANSWER_BYTES_MOST", 100)

    answer = handler(rest_event("GET", f"{BASE}/{run_id}/proof", None, a_caller(tenant), {}), a_context())

    assert answer["statusCode"] == 303
    assert f"/receipts/{run_id}/" in str(answer["headers"] | answer.get("multiValueHeaders", {}))


def test_erasing_removes_the_copies_behind_links(tenant: str, run_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ANSWER_BYTES_MOST", 100)
    contents = Stage(tenant).contents
    for roles in (("admin", "user"), ("guest",)):
        caller = a_caller(tenant, roles=roles)
        assert handler(rest_event("GET", f"{BASE}/{run_id}/proof", None, caller, {}), a_context())["statusCode"] == 303
    copies = [f"receipts/{run_id}/0{suffix}.json" for suffix in ("", "-plain")]
    assert all(contents.find_named(tenant, name) for name in copies)

    assert asked(tenant, "POST", f"{run_id}/proof/erase", {"confirmation": f"erase {run_id}"})[0] == 200

    assert [contents.find_named(tenant, name) for name in copies] == [None, None]
