"""An approval is asked, decided once, and told to the run: over the real step, the real routes and the real sweep."""

import time
from typing import Any

import pytest

from docchain.approvals.deciding import Decider, Said, decide, find
from docchain.approvals.links import Link, make_link
from docchain.identity.keys import user, users
from docchain.runs.models import NodeStatus, Run, RunStatus
from docchain.storage.table import Table
from docchain.waits.errors import WaitOver
from functions.api.workflows.dependencies import approvals
from tests.support.waits import WaitingStage


def asked(stage: WaitingStage, **config: Any) -> Run:
    known = {"message": "Pay {{ params.sum }}?", "approvers": ["Ada", "grace@example.com", "role:moderator"]}
    ask = {"name": "Ask", "key": "ask", "node_type": "approval", "config": {**known, **config}}
    run = stage.started([ask], {"sum": 12})
    stage.wait(run, "ask", "approval")
    return run


def test_the_node_waits_and_its_token_is_shown_nowhere(stage: WaitingStage) -> None:
    run = asked(stage)
    approval = f"{run.id}-ask"

    assert stage.record(run, "ask").status == NodeStatus.WAITING
    assert stage.tokens.told == {}
    views = [stage.api("GET", path) for path in (f"/approvals/{approval}", "/approvals", f"/runs/{run.id}/nodes")]
    assert all(status == 200 for status, _ in views)
    assert views[0][1]["message"] == "Pay 12?"
    assert views[2][1][0]["waiting"]["approval_id"] == approval
    shown = f"{views}{[e.model_dump() for e in stage.events(run)]}"
    assert "'token'" not in shown
    (requested,) = [e for e in stage.events(run) if e.type == "approval.requested"]
    assert requested.data["approvers"] == ["user:ada", "email:grace@example.com", "role:moderator"]


def test_a_yes_completes_the_node_and_tells_the_run_who_and_what(stage: WaitingStage) -> None:
    run = asked(stage, form_fields=[{"name": "cost_center", "required": True}])
    path = f"/approvals/{run.id}-ask/approve"

    assert stage.api("POST", path, {"comment": "fine"})[0] == 422  # the form has a required field
    status, view = stage.api("POST", path, {"comment": "fine", "fields": {"cost_center": "4711"}})

    assert (status, view["status"]) == (200, "approved")
    record = stage.record(run, "ask")
    assert (record.status, record.facts["outcome"], record.facts["decided_by"]) == ("completed", "approved", "ada")
    assert (record.output["comment"], record.output["fields"]) == ("fine", {"cost_center": "4711"})
    assert stage.tokens.told["token"]["outcome"] == "approved"
    assert {"approval.decided", "node.completed"} <= set(stage.event_types(run))


def test_the_first_of_two_decisions_wins_and_the_same_one_again_is_answered_alike(stage: WaitingStage) -> None:
    run = asked(stage)
    path = f"/approvals/{run.id}-ask"

    assert stage.api("POST", f"{path}/reject", {"comment": "no"})[1]["status"] == "rejected"
    assert stage.api("POST", f"{path}/reject", {"comment": "no"})[1]["status"] == "rejected"
    status, error = stage.api("POST", f"{path}/approve", who="eve", roles=("moderator",))

    assert (status, error["error"]["code"]) == (409, "APPROVAL_DECIDED")
    assert stage.tokens.told["token"]["outcome"] == "rejected"


def test_who_is_not_asked_may_look_and_not_decide(stage: WaitingStage) -> None:
    run = asked(stage)

    assert stage.api("GET", f"/approvals/{run.id}-ask", who="eve")[0] == 200
    status, error = stage.api("POST", f"/approvals/{run.id}-ask/approve", who="eve")

    assert (status, error["error"]["code"]) == (403, "NOT_AN_APPROVER")
    assert stage.api("GET", "/approvals", who="eve")[1] == []


def test_another_tenant_finds_nothing(stage: WaitingStage) -> None:
    run = asked(stage)
    other = WaitingStage(f"{stage.tenant}x")

    for method, path in (("GET", ""), ("POST", "/approve"), ("POST", "/reject")):
        assert other.api(method, f"/approvals/{run.id}-ask{path}")[0] == 404
    assert other.api("POST", f"/approvals/{run.id}-ask/delegate", {"to": "eve"})[0] == 404
    assert other.api("POST", f"/runs/{run.id}/approve")[0] == 404
    assert other.api("GET", "/approvals")[1] == []


def test_each_sees_what_they_are_asked_by_name_or_role_once_and_by_status(stage: WaitingStage) -> None:
    runs = [asked(stage) for _ in range(3)]
    both = {"who": "ada", "roles": ("moderator", "user")}

    assert [a["run_id"] for a in stage.api("GET", "/approvals", **both)[1]] == [r.id for r in reversed(runs)]
    assert len(stage.api("GET", "/approvals?limit=2", **both)[1]) == 2
    stage.api("POST", f"/runs/{runs[1].id}/approve", who="ada")
    assert len(stage.api("GET", "/approvals", who="ada")[1]) == 2
    assert [a["run_id"] for a in stage.api("GET", "/approvals?status=approved", who="ada")[1]] == [runs[1].id]


def test_all_of_asks_everybody_and_one_no_is_enough(stage: WaitingStage) -> None:
    yes = asked(stage, mode="all_of", approvers=["ada", "grace"])
    no = asked(stage, mode="all_of", approvers=["ada", "grace"])

    assert stage.api("POST", f"/runs/{yes.id}/approve", who="ada")[1]["status"] == "pending"
    assert stage.tokens.told == {}
    assert stage.api("POST", f"/runs/{yes.id}/approve", who="grace")[1]["status"] == "approved"
    stage.tokens.told.clear()
    assert stage.api("POST", f"/runs/{no.id}/reject", who="grace")[1]["status"] == "rejected"
    assert len(stage.record(yes, "ask").output["decisions"]) == 2


def test_handing_on_moves_it_from_one_list_to_the_other(stage: WaitingStage) -> None:
    run = asked(stage, approvers=["ada"], allow_delegation=True)
    path = f"/approvals/{run.id}-ask"

    assert stage.api("POST", f"{path}/delegate", {"to": "Grace"}, who="ada")[0] == 200
    assert stage.api("GET", "/approvals", who="ada")[1] == []
    assert stage.api("POST", f"{path}/approve", who="ada")[0] == 403
    assert [a["run_id"] for a in stage.api("GET", "/approvals", who="grace")[1]] == [run.id]
    assert stage.api("POST", f"{path}/approve", who="grace")[1]["status"] == "approved"
    assert stage.api("POST", f"/approvals/{asked(stage).id}-ask/delegate", {"to": "x"})[0] == 409  # not allowed there


def test_a_process_that_dies_before_it_tells_the_run_is_made_good_by_the_sweep(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(stage)
    stage.tokens.breaks = True
    with pytest.raises(ValueError):  # there is no answer that could be read
        stage.api("POST", f"/approvals/{run.id}-ask/approve")
    assert (stage.record(run, "ask").status, stage.tokens.told) == ("completed", {})
    stage.tokens.breaks = False

    monkeypatch.setattr("docchain.waits.repository.epoch", lambda: int(time.time()) + 60)
    stage.sweep()
    stage.sweep()

    assert stage.tokens.told["token"]["outcome"] == "approved"


@pytest.mark.parametrize(
    ("on_expiry", "status", "outcome"),
    [("fail", "failed", None), ("approve", "completed", "approved"), ("reject", "completed", "rejected")],
)
def test_silence_is_what_its_author_chose(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch, on_expiry: str, status: str, outcome: str | None
) -> None:
    run = asked(stage, expires_in_seconds=60, on_expiry=on_expiry)
    later = int(time.time()) + 61
    for room in ("docchain.waits.repository", "functions.schedules.due_waits.run", "docchain.approvals.deciding"):
        monkeypatch.setattr(f"{room}.epoch", lambda: later)

    assert stage.api("POST", f"/approvals/{run.id}-ask/approve")[0] == 409  # too late
    stage.sweep()

    record = stage.record(run, "ask")
    assert (record.status, record.facts.get("outcome")) == (status, outcome)
    assert stage.tokens.told["token"].get("outcome") == outcome
    assert "approval.expired" in stage.event_types(run)
    assert stage.api("GET", f"/approvals/{run.id}-ask")[1]["status"] == "expired"


def test_a_second_delivery_asks_nobody_again_and_a_retry_gives_its_token_to_the_same_wait(stage: WaitingStage) -> None:
    run = asked(stage, approvers=["ada", "grace"], mode="all_of")
    stage.wait(run, "ask", "approval")  # the same delivery
    stage.api("POST", f"/runs/{run.id}/approve", who="ada")
    stage.wait(run, "ask", "approval", token="second", attempt=1)
    stage.api("POST", f"/runs/{run.id}/approve", who="grace")

    assert stage.event_types(run).count("approval.requested") == 1
    assert list(stage.tokens.told) == ["second"]
    stage.wait(run, "ask", "approval", token="third", attempt=2)
    assert stage.tokens.told["third"]["outcome"] == "approved"


def test_a_cancelled_run_asks_nobody_any_more(stage: WaitingStage) -> None:
    run = asked(stage)
    stage.ends(run, RunStatus.CANCELLED)

    assert stage.api("GET", "/approvals")[1] == []
    assert stage.api("GET", f"/approvals/{run.id}-ask")[1]["status"] == "cancelled"
    assert stage.api("POST", f"/approvals/{run.id}-ask/approve")[0] == 409
    assert stage.api("GET", f"/runs/{run.id}/nodes")[1][0]["status"] == "cancelled"


def test_what_names_nobody_fails_the_node_and_says_so_by_the_token(stage: WaitingStage) -> None:
    ask = {"name": "Ask", "key": "ask", "node_type": "approval"}
    run = stage.started(
        [{**ask, "config": {"message": "?", "approvers": ["role:{{ params.role }}"]}}], {"role": "king"}
    )
    stage.wait(run, "ask", "approval")

    assert stage.record(run, "ask").error["code"] == "APPROVERS_INVALID"
    assert stage.tokens.told["token"]["error"] == "PermanentStepError"


def test_a_link_shows_what_is_asked_changes_nothing_and_decides_once(stage: WaitingStage) -> None:
    run = asked(stage)
    due = stage.api("GET", f"/approvals/{run.id}-ask")[1]["due_at"]
    link = Link(stage.tenant, run.id, "ask", "email:grace@example.com", "grace@example.com")
    path = f"/approvals/links/{make_link(stage.runs.table, link, due)}"

    for _ in range(3):  # as scanners of mail do
        assert stage.stranger("GET", path)[1]["message"] == "Pay 12?"
    assert stage.record(run, "ask").status == "waiting"
    status, view = stage.stranger("POST", path, {"decision": "approve", "comment": "ok"})
    assert (status, view["status"], view["decided"]) == (200, "approved", True)
    assert stage.stranger("POST", path, {"decision": "reject"})[0] == 409
    assert stage.record(run, "ask").output["decisions"][0]["via"] == "link"
    assert stage.stranger("GET", f"/approvals/links/{stage.tenant}.{'x' * 43}")[0] == 404
    assert stage.stranger("GET", "/approvals/links/nonsense")[0] == 404


def test_a_link_of_somebody_who_handed_it_on_opens_nothing(stage: WaitingStage) -> None:
    run = asked(stage, approvers=["ada"], allow_delegation=True)
    due = stage.api("GET", f"/approvals/{run.id}-ask")[1]["due_at"]
    token = make_link(stage.runs.table, Link(stage.tenant, run.id, "ask", "user:ada", "ada"), due)
    stage.api("POST", f"/approvals/{run.id}-ask/delegate", {"to": "grace"})

    assert stage.stranger("GET", f"/approvals/links/{token}")[0] == 404


def test_a_link_ends_with_its_holders_account_and_role(stage: WaitingStage) -> None:
    run = asked(stage)
    due = stage.api("GET", f"/approvals/{run.id}-ask")[1]["due_at"]
    link = Link(stage.tenant, run.id, "ask", "role:moderator", "eva", user_id=77)
    path = f"/approvals/links/{make_link(stage.runs.table, link, due)}"
    identity = Table(stage.runs.table.client, "identity")
    eva = {"id": 77, "username": "eva", "email": "eva@example.com", "password_hash": "x", "created_at": due}

    for known, status in (
        ({"roles": ["moderator"], "is_active": True}, 200),
        ({"roles": ["moderator"], "is_active": False}, 404),
        ({"roles": ["user"], "is_active": True}, 404),
    ):
        identity.put({"pk": users(stage.tenant), "sk": user(77), "entity": "user", **eva, **known})
        assert stage.stranger("GET", path)[0] == status
        assert stage.stranger("POST", path, {})[0] == (422 if status == 200 else 404)


def test_a_decision_takes_few_calls(stage: WaitingStage, aws_calls: list[str]) -> None:
    run = asked(stage)
    aws_calls.clear()
    stage.api("POST", f"/approvals/{run.id}-ask/approve")
    assert len(aws_calls) + 1 <= 5  # the fifth is the token's


def test_of_two_who_read_the_same_one_decides(stage: WaitingStage) -> None:
    run = asked(stage, approvers=["ada", "grace"])
    desk = approvals()
    waiting = find(desk.waits, stage.tenant, run.id, "ask")
    decide(desk, waiting, Decider("ada", ("user:ada",)), Said("approved"))

    with pytest.raises(WaitOver):
        decide(desk, waiting, Decider("grace", ("user:grace",)), Said("rejected"))

    assert stage.record(run, "ask").facts["outcome"] == "approved"
    assert stage.event_types(run).count("approval.decided") == 1
