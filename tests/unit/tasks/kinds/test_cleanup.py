"""cleanup: what goes, what stays, and that counting removes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain import aws
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.cache import Cache
from docchain.cache.counters import Counters
from docchain.cache.entry import Entry
from docchain.cache.tiers import Tiers
from docchain.clock import to_iso
from docchain.documents.models import Document
from docchain.events.models import Event
from docchain.identity.policies import Policies, PolicyRepository
from docchain.ids import new_ulid
from docchain.runs.holds import HoldRepository
from docchain.runs.models import Run, RunStatus
from docchain.runs.references import References
from docchain.runs.repository import RunRepository
from docchain.runs.staying import Staying
from docchain.steps.call import NodeCall, NodeResult
from docchain.storage.table import Table
from docchain.tasks.changing import cancel
from docchain.tasks.errors import TaskCancelled, TaskRefused, TaskWaits
from docchain.tasks.kinds import cleanup
from docchain.tasks.kinds.cleanup import Cleaner
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.shelf import Shelf
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.versions import VersionRepository
from tests.support.engine import Stage
from tests.support.identity import change_user, the_accounts
from tests.support.tasks import a_bench
from tests.unit.tasks.kinds.conftest import Asked, given


@pytest.fixture
def cleaner(people: People, shelf: Shelf) -> Cleaner:
    table = Table(aws.dynamodb(), "cache")
    cache = Cache(Tiers({"dynamodb": DynamoBackend(table)}, default=("dynamodb",)), Counters(table))
    runs = Table(aws.dynamodb(), "runs")
    definitions = DefinitionReader(VersionRepository(Table(aws.dynamodb(), "workflows")))
    staying = Staying(RunRepository(runs), HoldRepository(runs), References(runs, definitions, shelf.contents))
    return Cleaner(people, shelf, runs, staying, cache, Table(aws.dynamodb(), "tasks"))


def ran(cleaner: Cleaner, asked: Asked, cleanup_type: str, **parameters: Any) -> dict[str, Any]:
    return cleaner.run(given("cleanup", cleanup_type=cleanup_type, parameters=parameters), asked.context())


def ago(days: float) -> str:
    return to_iso(datetime.now(UTC) - timedelta(days=days))


def a_document(shelf: Shelf, tenant: str, days_old: float, **origin: Any) -> str:
    data = new_ulid().encode()
    document = Document(
        id=f"doc_{new_ulid()}",
        filename="a.txt",
        media_type="text/plain",
        size=len(data),
        sha256=shelf.contents.put(tenant, data),
        origin={"kind": "upload", **origin},
        created_at=ago(days_old),
        created_by="ada",
    )
    shelf.documents.create(tenant, document, Event(type="document.uploaded", tenant_id=tenant, subject="d"))
    return document.id


def ids_of(shelf: Shelf, tenant: str) -> set[str]:
    return {d.id for d in shelf.documents.read_page(tenant, limit=100, start_key=None)[0]}


@pytest.fixture
def all_contents_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.documents.retention.CONTENT_REST", timedelta(days=-1))


def test_old_documents_go_with_their_content_and_counting_first_removes_none(
    cleaner: Cleaner, asked: Asked, shelf: Shelf, all_contents_are_old: None
) -> None:
    tenant = asked.user.tenant_id
    old, young = a_document(shelf, tenant, 40), a_document(shelf, tenant, 5)
    content = shelf.documents.read(tenant, old).sha256
    counted = ran(cleaner, asked, "documents", older_than_days=30, dry_run=True)
    assert (counted["would_remove"], ids_of(shelf, tenant)) == ({"documents": 1}, {old, young})
    assert ran(cleaner, asked, "documents", older_than_days=30)["removed"] == {"documents": 1}
    assert ids_of(shelf, tenant) == {young}
    assert shelf.contents.find_named(tenant, f"sha256/{content}") is None
    assert ran(cleaner, asked, "documents", older_than_days=30)["total"] == 0


def test_documents_of_held_and_open_runs_stay(cleaner: Cleaner, asked: Asked, shelf: Shelf) -> None:
    tenant = asked.user.tenant_id
    stage = Stage(tenant)
    open_run, held = (stage.started([_node()]) for _ in range(2))
    stage.runs.end(tenant, held, RunStatus.COMPLETED)
    HoldRepository(cleaner.runs).hold(tenant, held, [], "ada", "a dispute")
    kept = {a_document(shelf, tenant, 40, run_id=run.id) for run in (open_run, held)}
    assert ran(cleaner, asked, "documents", older_than_days=30)["total"] == 0
    assert ids_of(shelf, tenant) == kept


def test_the_policy_says_when_documents_are_old(cleaner: Cleaner, asked: Asked, shelf: Shelf) -> None:
    tenant = asked.user.tenant_id
    a_document(shelf, tenant, 40)
    assert ran(cleaner, asked, "documents")["total"] == 0
    PolicyRepository(cleaner.people.identity).replace(tenant, Policies(document_retention_days=20), "ada")
    assert ran(cleaner, asked, "documents")["total"] == 1


def test_entries_of_the_cache_that_are_over_go(cleaner: Cleaner, asked: Asked) -> None:
    tenant, moment = asked.user.tenant_id, datetime.now(UTC).timestamp()
    store = DynamoBackend(Table(aws.dynamodb(), "cache"))
    for key, ends in (("old", moment - 5), ("young", moment + 500)):
        store.write(tenant, key, Entry('"x"', moment - 10, ends), store.read(tenant, key))
    assert ran(cleaner, asked, "cache", dry_run=True)["would_remove"] == {"cache": 1}
    assert ran(cleaner, asked, "cache")["removed"] == {"cache": 1}
    assert store.usage(tenant).entries == 1


def _node() -> dict[str, Any]:
    return {"id": 1, "name": "Write", "node_type": "document_template", "config": {"template": "x"}}


def _work(_: NodeCall) -> NodeResult:
    return NodeResult(output={"text": "x"})


def an_old_run(stage: Stage, status: RunStatus = RunStatus.COMPLETED) -> Run:
    run = stage.started([_node()])
    stage.perform(run, "write", _work)
    stage.runs.end(stage.tenant, run, status)
    stage.runs.table.update(
        f"{stage.tenant}#run#{run.id}", "run", set_={"started_sk": f"{ago(60)}#{run.id:012d}", "started_at": ago(60)}
    )
    return run


def test_records_of_old_runs_go_and_their_cards_stay(cleaner: Cleaner, asked: Asked) -> None:
    stage = Stage(asked.user.tenant_id)
    old, failed, held = an_old_run(stage), an_old_run(stage, RunStatus.FAILED), an_old_run(stage)
    young = stage.started([_node()])
    stage.perform(young, "write", _work)
    stage.runs.end(stage.tenant, young, RunStatus.COMPLETED)
    HoldRepository(cleaner.runs).hold(stage.tenant, held, [], "ada", "a dispute")
    assert ran(cleaner, asked, "runs", dry_run=True)["total"] == 1
    assert ran(cleaner, asked, "runs")["removed"] == {"runs": 1}
    assert stage.record(old, "write") is None
    assert all(stage.record(run, "write") for run in (failed, held, young))
    assert stage.runs.read(stage.tenant, old.id).status == RunStatus.COMPLETED
    assert stage.event_types(old).count("run.records_removed") == 1
    assert ran(cleaner, asked, "runs")["total"] == 0


def test_all_is_every_type_and_goes_on_where_a_stretch_ended(
    cleaner: Cleaner, asked: Asked, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = asked.user.tenant_id
    a_document(shelf, tenant, 40)
    an_old_run(Stage(tenant))
    parameters = given("cleanup", cleanup_type="all", parameters={"older_than_days": 30})
    context, stretches = asked.context(), 0
    monkeypatch.setattr(cleanup, "STRETCH_SECONDS", -1.0)
    while True:
        try:
            result = cleaner.run(parameters, context)
            break
        except TaskWaits as waits:
            stretches += 1
            monkeypatch.setattr(cleanup, "STRETCH_SECONDS", -1.0 if stretches < 2 else 600.0)
            context = asked.context(task_id=context.task_id, state=waits.state)
    assert stretches == 2
    assert result["removed"] == {"documents": 1, "cache": 0, "tasks": 0, "runs": 1}


def test_a_cancelled_cleanup_stops(cleaner: Cleaner, asked: Asked, shelf: Shelf) -> None:
    def stop(_: int) -> None:
        raise TaskCancelled("cancelled")

    an_old_run(Stage(asked.user.tenant_id))
    asked.stop = stop
    with pytest.raises(TaskCancelled):
        ran(cleaner, asked, "all")


def test_only_who_administrates_the_tenant_cleans_up(cleaner: Cleaner, asked: Asked) -> None:
    change_user(the_accounts(), asked.user, roles=["user"])
    with pytest.raises(TaskRefused) as refused:
        ran(cleaner, asked, "cache")
    assert refused.value.reason == "FORBIDDEN"


def test_tasks_that_ended_long_ago_go_and_those_that_wait_stay(cleaner: Cleaner, asked: Asked) -> None:
    bench, tenant = a_bench(), asked.user.tenant_id
    cleaner = replace(cleaner, tasks=bench.repository.table)
    ended, young, waiting = bench.submit(tenant), bench.submit(tenant), bench.submit(tenant, delay_seconds=60)
    for task in (ended, young):
        cancel(bench.repository, bench.tokens, tenant, task.id, "ada")
    for task in (ended, waiting):
        place = {"gsi_sk": f"{ago(40)}#{task.id}"}
        bench.repository.table.update(f"{tenant}#task#{task.id}", "task", set_=place)
    assert ran(cleaner, asked, "tasks", dry_run=True)["would_remove"] == {"tasks": 1}
    assert ran(cleaner, asked, "tasks")["removed"] == {"tasks": 1}
    assert bench.repository.read_many(tenant, [ended.id, young.id, waiting.id]).keys() == {young.id, waiting.id}
