"""Retention takes documents, and nothing that a run lives by: its results, and what it may still read."""

from typing import Any

import pytest

from docchain.ids import new_ulid
from docchain.runs import staying
from docchain.runs.models import Run, RunStatus
from docchain.runs.outputs import read_output
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.hashing import canonical
from docchain.steps.items import read_item, store_items
from docchain.verify.files import check
from functions.api.workflows.handler import handler
from functions.schedules.housekeeping import documents as job
from functions.schedules.housekeeping.handler import handler as expire
from tests.support.audit import the_signer
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call
from tests.unit.functions.schedules.test_housekeeping import a_document, is_there, keep_for, stage

__all__ = ["stage"]

ONE = {"name": "One", "key": "one", "node_type": "document_template", "config": {"template": "1"}}
TWO = {**ONE, "name": "Two", "key": "two", "depends_on": ["one"]}


@pytest.fixture(autouse=True)
def a_month(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """And content goes with its card whenever it was written: it is the content of old documents."""
    from datetime import timedelta

    monkeypatch.setattr("docchain.documents.retention.CONTENT_REST", timedelta(days=-1))
    keep_for(stage.tenant, 30)


def expired() -> int:
    count: int = expire({}, a_context())["expired"]
    return count


def api(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    status, answer = call(handler, method, f"/api/v3/workflows/runs/{path}", body, a_caller(stage.tenant))
    assert status == 200, answer
    return answer


def ended(stage: Stage, run: Run) -> None:
    assert stage.runs.end(stage.tenant, run, RunStatus.COMPLETED)


# What runs made ---------------------------------------------------------------------------------------------------


def test_a_run_whose_large_output_has_the_bytes_of_an_expired_document_is_replayed_and_proved(stage: Stage) -> None:
    run = stage.started([ONE, TWO])
    large = {"text": "x" * 50_000}
    for node in ("one", "two"):
        stage.perform(run, node, lambda _: NodeResult(output=large))
    ended(stage, run)
    a_document(stage, age=40, data=canonical(large))

    assert expired() == 1

    assert read_output(stage.contents, stage.tenant, stage.record(run, "one")) == large
    again = stage.runs.read(stage.tenant, api(stage, "POST", f"{run.id}/replay", {"from_node": "two"})["run"]["id"])
    read: list[str] = []

    def reading(call: NodeCall) -> NodeResult:
        read.append(call.upstream["one"]["text"])
        return NodeResult(output={"text": "y"})

    stage.perform(again, "two", reading)
    assert read == [large["text"]]
    assert check(canonical(api(stage, "GET", f"{run.id}/proof")), the_signer().public_keys).is_valid


def test_the_items_of_a_foreach_stay_though_a_document_of_their_bytes_goes(stage: Stage) -> None:
    run = stage.started([ONE])
    pages = store_items(stage.contents, stage.tenant, ["a", "b"])
    stage.perform(run, "one", lambda _: NodeResult(output={}))
    a_document(stage, age=40, data=canonical(["a", "b"]))

    assert expired() == 1

    record = stage.record(run, "one").model_copy(update={"items": pages})
    assert read_item(stage.contents, stage.tenant, record, 1) == "b"


# What runs may read -----------------------------------------------------------------------------------------------


def given(stage: Stage, document: str) -> Run:
    return stage.started([ONE], {"letters": [{"id": document}]})


def queued(stage: Stage, document: str) -> Run:
    return stage.started([ONE], {"document_id": document}, status=RunStatus.QUEUED)


def read_already(stage: Stage, document: str) -> Run:
    run = stage.started([ONE, TWO])
    stage.perform(run, "one", lambda _: NodeResult(output={}, consumed=(document,)))
    return run


def told_by_a_node(stage: Stage, document: str) -> Run:
    """In an output that is too large for its record."""
    run = stage.started([ONE, TWO])
    stage.perform(run, "one", lambda _: NodeResult(output={"found": [document], "text": "x" * 50_000}))
    return run


def among_its_items(stage: Stage, document: str) -> Run:
    run = stage.started([ONE, TWO])
    stage.perform(run, "one", lambda _: NodeResult(output={}))
    pages = store_items(stage.contents, stage.tenant, [{"document_id": document}])
    place = (f"{stage.tenant}#run#{run.id}", "node#one")
    stage.runs.table.update(*place, set_={"items": pages.model_dump(mode="json")})
    return run


def named_by_its_author(stage: Stage, document: str) -> Run:
    config = {"document": document}
    return stage.started([{"name": "Read", "key": "read", "node_type": "document_extract", "config": config}])


def read_by_the_run_it_replays(stage: Stage, document: str) -> Run:
    before = read_already(stage, document)
    ended(stage, before)
    return stage.started([ONE], replay_of={"run_id": before.id})


WAYS = [given, queued, read_already, told_by_a_node, among_its_items, named_by_its_author, read_by_the_run_it_replays]


@pytest.mark.parametrize("refer", WAYS, ids=lambda way: way.__name__)
def test_a_document_that_an_open_run_may_read_stays_until_the_run_has_ended(stage: Stage, refer: Any) -> None:
    document, other = a_document(stage, age=40), a_document(stage, age=40)
    run = refer(stage, document)

    assert expired() == 1

    assert (is_there(stage, document), is_there(stage, other)) == (True, False)
    assert stage.contents.get(stage.tenant, stage.documents.read(stage.tenant, document).sha256)
    stage.runs.end(stage.tenant, run, RunStatus.CANCELLED)
    assert expired() == 1
    assert not is_there(stage, document)


def test_a_held_run_keeps_what_it_read_after_it_was_held_and_in_the_items_of_a_foreach(stage: Stage) -> None:
    document = a_document(stage, age=40)
    inside = {"name": "Each", "node_type": "foreach", "config": {"items": "[1]", "nodes": [{**ONE}]}}
    run = stage.started([inside])
    stage.runs.table.put({"pk": f"{stage.tenant}#holds", "sk": f"{run.id:012d}", "run_id": run.id, "documents": []})
    record = {"key": "one", "item": 0, "sources": [document]}
    stage.runs.table.put({"pk": f"{stage.tenant}#run#{run.id}", "sk": "node#one#000000", **record})
    ended(stage, run)

    assert expired() == 0
    assert is_there(stage, document)


def test_the_runs_of_another_tenant_keep_nothing(stage: Stage) -> None:
    document = a_document(stage, age=40)
    given(Stage(f"t_{new_ulid()}"), document)

    assert expired() == 1


def test_where_more_runs_are_open_than_can_be_looked_at_nothing_goes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_document(stage, age=40)
    stage.started([ONE])
    monkeypatch.setattr(staying, "OPEN_RUNS_MOST", 0)

    assert (expire({}, a_context())["tenants_left"], expired()) == (1, 0)


def test_where_the_time_does_not_suffice_to_look_at_the_runs_nothing_goes(stage: Stage) -> None:
    document = a_document(stage, age=40)
    given(stage, document)

    assert job.expire_documents(deadline=0.0) == {"expired": 0, "tenants_left": 1}
    assert is_there(stage, document)


def test_a_report_stays_though_a_document_of_its_bytes_goes(stage: Stage) -> None:
    sha256 = stage.contents.put_result(stage.tenant, b"%PDF report")
    a_document(stage, age=40, data=b"%PDF report")

    assert expired() == 1
    assert stage.contents.get_result(stage.tenant, sha256) == b"%PDF report"
