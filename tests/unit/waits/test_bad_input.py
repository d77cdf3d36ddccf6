"""What cannot be read, kept or compared is refused with a reason, and never breaks a route."""

from typing import Any

import pytest

from docchain.approvals.models import ApprovalStatus
from docchain.ids import new_ulid
from docchain.nodes.kinds.approval import Approval
from docchain.runs.models import Run
from docchain.storage.cursors import to_cursor
from docchain.waits.errors import SchemaInvalid
from docchain.waits.schema import findings, require_schema
from functions.steps.control.approval import asked_of
from tests.support.waits import WaitingStage


def hooked(stage: WaitingStage, **config: Any) -> str:
    run = stage.started([{"name": "Hook", "key": "hook", "node_type": "wait_for_webhook", "config": config}])
    stage.wait(run, "hook", "wait_for_webhook")
    return str(stage.api("GET", f"/runs/{run.id}/nodes")[1][0]["waiting"]["webhook"])


def asked(stage: WaitingStage) -> Run:
    fields = [{"name": "sum", "type": "number"}, *({"name": f"t{n}"} for n in range(15))]
    config = {"message": "Pay?", "approvers": ["ada"], "form_fields": fields}
    run = stage.started([{"name": "Ask", "key": "ask", "node_type": "approval", "config": config}])
    stage.wait(run, "ask", "approval")
    return run


@pytest.mark.parametrize("body", [b'{"a":NaN}', b"[1e999]", b'"\\ud800"', b'{"\\ud800": 1}', b"[" * 100_000])
def test_a_call_that_cannot_be_hashed_is_refused_and_the_next_is_taken(stage: WaitingStage, body: bytes) -> None:
    address = hooked(stage)

    assert stage.stranger("POST", address, body)[0] == 422
    assert stage.stranger("POST", address, {"n": 1})[0] == 200


def test_a_signature_of_other_letters_is_a_wrong_one(stage: WaitingStage, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.api.workflows import dependencies

    monkeypatch.setattr(dependencies, "signing_secrets", lambda tenant, name: ("secret",))
    address = hooked(stage, secret="vault:hooks")

    assert stage.stranger("POST", address, b"{}", {"x-signature-256": "sha256=\u00e9"})[0] == 401


def test_an_integer_of_any_size_is_held_to_its_bounds() -> None:
    assert findings({"minimum": 1}, 10**400) == []
    assert findings({"maximum": 1}, 10**400) == [{"field": "body", "message": "maximum is 1"}]


@pytest.mark.parametrize("schema", [{"type": {"a": 1}}, {"type": [[]]}, {"enum": 5}, {"required": [{}]}])
def test_a_schema_with_members_of_another_type_is_refused(schema: Any) -> None:
    with pytest.raises(SchemaInvalid):
        require_schema(schema)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999", b"1" * 400])
def test_a_number_that_is_none_is_refused(stage: WaitingStage, number: bytes) -> None:
    run = asked(stage)

    assert stage.api("POST", f"/runs/{run.id}/approve", b'{"fields": {"sum": %s}}' % number)[0] == 422
    assert stage.record(run, "ask").status == "waiting"


def test_a_decision_as_a_whole_is_bounded(stage: WaitingStage) -> None:
    run = asked(stage)

    assert stage.api("POST", f"/runs/{run.id}/approve", {"fields": {f"t{n}": "x" * 2_000 for n in range(15)}})[0] == 422
    assert stage.api("POST", f"/runs/{run.id}/approve", {"fields": {f"t{n}": "x" * 500 for n in range(15)}})[0] == 200


@pytest.mark.parametrize("key", [{}, {"at": "x"}, {"at": -1}, {"at": None}, {"at": True}])
def test_a_cursor_that_was_made_up_is_refused(stage: WaitingStage, key: Any) -> None:
    scope = f"approvals/{stage.tenant}/{sum(map(ord, 'ada'))}/{ApprovalStatus.PENDING.value}"

    status, error = stage.api("GET", f"/approvals?cursor={to_cursor(key, scope)}")

    assert (status, error["error"]["details"][0]["field"]) == (422, "cursor")


def test_one_of_a_documents_origin_is_refused_too(stage: WaitingStage) -> None:
    document = f"doc_{new_ulid()}"
    cursor = to_cursor({"x": 1}, f"provenance/{stage.tenant}/{document}/5")

    status, error = stage.api("GET", f"/documents/{document}/provenance?depth=5&cursor={cursor}")

    assert (status, error["error"]["details"][0]["field"]) == (422, "cursor")


def test_a_message_that_a_template_made_a_number_of_is_asked() -> None:
    config = Approval(message="m", approvers=["ada"]).model_copy(update={"message": 12})

    assert asked_of(config).message == "12"
