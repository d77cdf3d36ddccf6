"""The sweep is everybody's: what is wrong with one wait or one tenant is not the others' loss."""

from typing import Any

import pytest

from docchain.nodes.kinds.subworkflow import KIND
from docchain.runs.concurrency import Slots
from docchain.runs.models import Run
from functions.schedules.due_waits import run as sweeping
from tests.support.waits import WaitingStage, stage

__all__ = ["stage"]


def a_wait(stage: WaitingStage, due_for: int, kind: str = "wait_for_webhook") -> Run:
    """Due since so many seconds; those due longest are looked at first."""
    run = stage.started([{"name": "Hook", "key": "hook", "node_type": "wait_for_webhook", "config": {}}])
    stage.wait(run, "hook", "wait_for_webhook")
    known = sweeping.world().waits.find(stage.tenant, run.id, "hook")
    assert known
    asked = {"run_id": 987_654, "wait": True} if kind == KIND.name else known.asked
    changed = known.model_copy(update={"kind": kind, "asked": asked})
    again = {"kind": changed.kind, "asked": changed.asked}
    waits = sweeping.world().waits
    waits.table.update(f"{stage.tenant}#run#{run.id}", "wait#hook", set_=again)
    waits.look_again_in(changed, -due_for)
    return run


def due(stage: WaitingStage) -> list[int]:
    found = sweeping.world().waits.read_due(1000)
    return [int(item["pk"].rpartition("#")[2]) for item in found if item["pk"].startswith(f"{stage.tenant}#")]


def test_a_wait_that_cannot_be_looked_at_is_put_off_and_those_after_it_are_seen(stage: WaitingStage) -> None:
    poisoned = a_wait(stage, due_for=900_000, kind=KIND.name)  # its child is nowhere
    other = a_wait(stage, due_for=800_000)
    assert due(stage) == [poisoned.id, other.id]

    seen = stage.sweep()

    assert seen["failed"] >= 1
    assert poisoned.id not in due(stage)
    assert other.id not in due(stage)


@pytest.mark.parametrize("broken", [{"status": "paused"}, {"run_id": None}, {"revision": "first"}])
def test_a_wait_that_cannot_be_read_is_told_by_its_key_and_put_off_and_those_after_it_are_seen(
    stage: WaitingStage, caplog: pytest.LogCaptureFixture, broken: dict[str, Any]
) -> None:
    unreadable = a_wait(stage, due_for=900_000)
    pk = f"{stage.tenant}#run#{unreadable.id}"
    sweeping.world().waits.table.update(pk, "wait#hook", set_=broken)
    a_wait(stage, due_for=800_000)

    seen = stage.sweep()

    assert seen["failed"] >= 1
    assert due(stage) == []
    (told,) = [r for r in caplog.records if getattr(r, "pk", "") == pk]
    assert (told.levelname, told.sk) == ("ERROR", "wait#hook")  # type: ignore[attr-defined]  # from ``extra``


def test_a_tenant_whose_queue_cannot_be_read_holds_up_no_other(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[str] = []

    def free_lost(_: Slots, tenant_id: str) -> int:
        if tenant_id == "poisoned":
            raise ValueError("an item that is none")
        freed.append(tenant_id)
        return 0

    monkeypatch.setattr(Slots, "free_lost", free_lost)
    monkeypatch.setattr(type(stage.runs), "tenants_queueing", lambda *_: ["poisoned", stage.tenant])

    assert stage.sweep()["failed"] >= 1
    assert freed == [stage.tenant]
