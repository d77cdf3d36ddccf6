"""A run waits at an address that only people who may change workflows see, and takes one call there."""

import hashlib
import hmac
import time
from typing import Any

import pytest

from docchain.runs.models import Run
from tests.support.waits import WaitingStage


def waiting(stage: WaitingStage, **config: Any) -> tuple[Run, str]:
    node = {"name": "Hook", "key": "hook", "node_type": "wait_for_webhook", "config": config}
    run = stage.started([node])
    stage.wait(run, "hook", "wait_for_webhook")
    return run, stage.api("GET", f"/runs/{run.id}/nodes")[1][0]["waiting"]["webhook"]


def test_the_body_becomes_the_output_and_its_scalars_facts(stage: WaitingStage) -> None:
    run, address = waiting(stage)

    assert stage.stranger("POST", address, {"paid": True, "lines": [1, 2]}) == (200, {"received": True})

    record = stage.record(run, "hook")
    assert (record.status, record.output["body"]["lines"], record.facts) == ("completed", [1, 2], {"paid": True})
    assert stage.tokens.told["token"]["facts"] == {"paid": True}
    assert "webhook.received" in stage.event_types(run)


def test_the_same_call_again_gets_the_same_answer_and_another_one_is_refused(stage: WaitingStage) -> None:
    _, address = waiting(stage)

    assert [stage.stranger("POST", address, body)[0] for body in ({"n": 1}, {"n": 1}, {"n": 2})] == [200, 200, 409]


def test_only_those_who_may_change_workflows_see_the_address(stage: WaitingStage) -> None:
    run, _ = waiting(stage)

    (node,) = stage.api("GET", f"/runs/{run.id}/nodes", roles=("guest",))[1]
    assert (node["status"], node["waiting"]["webhook"]) == ("waiting", None)


@pytest.mark.parametrize(
    "change", [lambda a: a[:-1] + ("A" if a[-1] != "A" else "B"), lambda a: a.replace("hook.", "x.")]
)
def test_an_address_that_was_made_up_leads_nowhere(stage: WaitingStage, change: Any) -> None:
    run, address = waiting(stage)

    assert stage.stranger("POST", change(address), {})[0] == 404
    assert stage.record(run, "hook").status == "waiting"


def test_a_signature_is_checked_when_a_secret_is_named(stage: WaitingStage, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.api.workflows import dependencies

    monkeypatch.setattr(dependencies, "signing_secrets", lambda tenant, name: ("new", "old") if name == "hooks" else ())
    run, address = waiting(stage, secret="vault:hooks")
    body = b'{"n": 1}'

    def signed(with_: str) -> dict[str, str]:
        return {"x-signature-256": "sha256=" + hmac.new(with_.encode(), body, hashlib.sha256).hexdigest()}

    assert [stage.stranger("POST", address, body, h)[0] for h in ({}, signed("wrong"))] == [401, 401]
    assert stage.record(run, "hook").status == "waiting"
    assert stage.stranger("POST", address, body, signed("old"))[0] == 200  # kept for a while after a change


def test_a_body_is_held_to_its_schema_and_its_size(stage: WaitingStage) -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 1}}}
    run, address = waiting(stage, body_schema=schema)

    status, error = stage.stranger("POST", address, {"n": 0})
    assert (status, error["error"]["details"][0]["field"]) == (422, "body.n")
    assert stage.stranger("POST", address, {})[0] == 422
    assert stage.stranger("POST", address, b"not json")[0] == 422
    assert stage.stranger("POST", address, b" " * (256 * 1024 + 1))[0] == 413
    assert stage.record(run, "hook").status == "waiting"
    assert stage.stranger("POST", address, {"n": 1})[0] == 200


def test_an_address_that_nobody_called_in_time_fails_its_node(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, address = waiting(stage, expires_in_seconds=60)
    later = int(time.time()) + 61
    for room in ("docchain.waits.repository", "functions.schedules.due_waits.run", "docchain.waits.hooks"):
        monkeypatch.setattr(f"{room}.epoch", lambda: later)

    assert stage.stranger("POST", address, {})[0] == 409
    stage.sweep()

    assert stage.record(run, "hook").error["code"] == "WEBHOOK_EXPIRED"
    assert stage.tokens.told["token"]["error"] == "PermanentStepError"
