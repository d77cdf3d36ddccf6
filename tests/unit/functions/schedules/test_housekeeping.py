"""What is no longer needed goes, and what is needed stays."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from docchain.clock import to_iso
from docchain.documents.errors import DocumentNotFound
from docchain.documents.models import Document
from docchain.events.models import Event
from docchain.identity.policies import Policies, PolicyRepository
from docchain.ids import new_ulid
from docchain.runs.models import Run, RunStatus
from docchain.storage.table import Table
from docchain.workflows import unused_machines
from docchain.workflows.state_machines import StateMachineMissing, StateMachines
from docchain.workflows.unused_machines import clear_unused
from functions.api.workflows.handler import handler
from functions.schedules.housekeeping import run as housekeeping
from functions.schedules.housekeeping.handler import handler as expire
from tests.support.audit import the_audit, written
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call

NODE = {"id": 1, "name": "One", "node_type": "document_template", "config": {"template": "1"}}
ASL = b'{"StartAt":"a","States":{"a":{"Type":"Wait","Seconds":%d,"End":true}}}'
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def machines(aws_account: None) -> StateMachines:
    """A stage of its own: other tests leave machines too."""
    return StateMachines(boto3.client("stepfunctions"), f"keep-{new_ulid()}-", "arn:aws:iam::123456789012:role/s")


def names(machines: StateMachines) -> set[str]:
    return {arn for arn, _ in machines.each()}


def test_a_machine_that_nothing_runs_on_goes_and_one_in_use_stays(machines: StateMachines) -> None:
    unused, used = (machines.ensure(ASL % n) for n in (1, 2))
    machines.start(used, "waits-for-a-year", {})

    cleared = clear_unused(machines, TOMORROW, time.monotonic() + 60)

    assert (cleared.deleted, cleared.kept, cleared.is_whole) == (1, 1, True)
    assert names(machines) == {used}
    with pytest.raises(StateMachineMissing):
        machines.start(unused, "again", {})
    assert machines.ensure(ASL % 1) == unused, "launching restores it under the same name"


def test_a_machine_made_or_used_within_the_month_stays(machines: StateMachines) -> None:
    machine = machines.ensure(ASL % 3)
    machines.start(machine, "done", {})
    boto3.client("stepfunctions").stop_execution(executionArn=machine.replace("stateMachine", "execution") + ":done")

    assert clear_unused(machines, datetime.now(UTC) - timedelta(days=30), time.monotonic() + 60).deleted == 0
    assert names(machines) == {machine}


def test_it_looks_at_so_many_and_leaves_the_rest_for_tomorrow(
    machines: StateMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unused_machines, "LOOKED_AT_MOST", 1)
    for n in (4, 5):
        machines.ensure(ASL % n)

    assert not clear_unused(machines, TOMORROW, time.monotonic() + 60).is_whole
    assert len(names(machines)) == 1
    assert expire({}, a_context())["deleted"] == 0, "what is of today stays"


@pytest.fixture
def stage(tenant: str) -> Stage:
    for left in [i["sk"] for i in the_audit().query("_system#chains").items]:
        the_audit().delete("_system#chains", left)
    written(tenant, 1)
    return Stage(tenant)


def keep_for(tenant: str, days: int | None) -> None:
    table = Table(boto3.client("dynamodb"), "identity")
    PolicyRepository(table).replace(tenant, Policies(document_retention_days=days), "ada")


def a_document(stage: Stage, *, age: int, data: bytes = b"", run: Run | None = None) -> str:
    data = data or new_ulid().encode()
    document = Document(
        id=f"doc_{new_ulid()}",
        filename="a.txt",
        media_type="text/plain",
        size=len(data),
        sha256=stage.contents.put(stage.tenant, data),
        origin={"kind": "node", "run_id": run.id, "node": "one"} if run else {"kind": "upload"},
        created_at=to_iso(datetime.now(UTC) - timedelta(days=age)),
        created_by="ada",
    )
    stage.documents.create(stage.tenant, document, Event(type="test", tenant_id=stage.tenant, subject="d"))
    return document.id


def is_there(stage: Stage, document_id: str) -> bool:
    try:
        stage.documents.read(stage.tenant, document_id)
    except DocumentNotFound:
        return False
    return True


def content_is_there(stage: Stage, data: bytes) -> bool:
    return stage.contents.look_at(stage.tenant, _sha256(data)) is not None


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def asked(tenant: str, path: str, body: Any = None, **fields: Any) -> tuple[int, Any]:
    return call(handler, "POST", f"/api/v3/workflows/runs/{path}", body, a_caller(tenant, **fields))


def test_documents_beyond_the_retention_go_and_it_is_told(stage: Stage) -> None:
    keep_for(stage.tenant, 30)
    old, young = a_document(stage, age=31), a_document(stage, age=29)

    assert expire({}, a_context())["expired"] == 1

    assert (is_there(stage, old), is_there(stage, young)) == (False, True)
    told = stage.documents.table.query_all(f"{stage.tenant}#outbox", most=100)
    assert [e["event"]["data"]["document_id"] for e in told if e["event"]["type"] == "document.expired"] == [old]
    assert expire({}, a_context())["expired"] == 0


def test_without_a_policy_documents_stay_for_ever(stage: Stage) -> None:
    old = a_document(stage, age=9999)

    assert expire({}, a_context())["expired"] == 0
    assert is_there(stage, old)


def test_content_goes_with_its_last_card(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.documents.retention.CONTENT_REST", timedelta(days=-1))
    keep_for(stage.tenant, 30)
    shared, single = new_ulid().encode(), new_ulid().encode()
    a_document(stage, age=40, data=shared)
    a_document(stage, age=1, data=shared)
    a_document(stage, age=40, data=single)

    assert expire({}, a_context())["expired"] == 2

    assert (content_is_there(stage, shared), content_is_there(stage, single)) == (True, False)


def test_documents_of_held_and_open_runs_stay(stage: Stage) -> None:
    keep_for(stage.tenant, 30)
    held, open_, ended = (stage.started([NODE]) for _ in range(3))
    for run in (held, ended):
        stage.runs.end(stage.tenant, run, RunStatus.COMPLETED)
    assert asked(stage.tenant, f"{held.id}/hold", {"reason": "dispute"})[0] == 200
    kept = [a_document(stage, age=40, run=run) for run in (held, open_)]
    gone = a_document(stage, age=40, run=ended)

    assert expire({}, a_context())["expired"] == 1

    assert [is_there(stage, d) for d in (*kept, gone)] == [True, True, False]
    assert asked(stage.tenant, f"{held.id}/release")[0] == 200
    assert expire({}, a_context())["expired"] == 1


def test_a_held_run_keeps_what_it_read(stage: Stage) -> None:
    from docchain.steps.call import NodeResult

    keep_for(stage.tenant, 30)
    read = a_document(stage, age=40)
    run = stage.started([NODE])
    stage.perform(run, "one", lambda c: NodeResult(output={}, consumed=(read,)))
    stage.runs.end(stage.tenant, run, RunStatus.COMPLETED)

    assert asked(stage.tenant, f"{run.id}/hold", {"reason": "dispute"})[1]["documents"] == 1
    assert expire({}, a_context())["expired"] == 0


def test_holding_is_for_administrators_of_the_tenant_and_happens_once(stage: Stage) -> None:
    run = stage.started([NODE])
    body = {"reason": "dispute"}

    assert asked(stage.tenant, f"{run.id}/hold", body, roles=("user",))[0] == 403
    assert asked(f"t_{new_ulid()}", f"{run.id}/hold", body)[0] == 404
    assert asked(f"t_{new_ulid()}", f"{run.id}/release")[0] == 404
    assert asked(stage.tenant, f"{run.id}/release")[0] == 409
    assert asked(stage.tenant, f"{run.id}/hold", body)[0] == 200
    assert asked(stage.tenant, f"{run.id}/hold", body)[0] == 409
    assert {"run.held"} <= set(stage.event_types(run))


def test_one_that_is_cut_goes_on_where_it_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_for(stage.tenant, 30)
    a_document(stage, age=31)
    monkeypatch.setattr(housekeeping, "ALL_SECONDS", -1)
    cut = expire({}, a_context())
    monkeypatch.setattr(housekeeping, "ALL_SECONDS", 60)

    assert (cut["expired"], cut["tenants_left"]) == (0, 1)
    assert expire({}, a_context()) | {"deleted": 0, "kept": 0} == {
        **{"deleted": 0, "kept": 0, "machines_left": 0},
        **{"expired": 1, "tenants_left": 0},
    }
