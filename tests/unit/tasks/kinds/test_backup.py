"""backup: made, read through and put back with what was deleted meanwhile; what was altered is noticed."""

import json
import os
from collections import Counter
from typing import Any

import boto3
import pytest

from docchain import aws
from docchain.ai.templates.models import PromptText
from docchain.ai.templates.repository import PromptRepository
from docchain.documents.collections import CollectionRepository
from docchain.documents.models import Collection, Document
from docchain.encryption.data_keys import DataKeys
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.runs.models import Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from docchain.storage.table import Table
from docchain.tasks.errors import TaskCancelled, TaskRefused, TaskWaits
from docchain.tasks.kinds import backup
from docchain.tasks.kinds.backup import Keeper
from docchain.tasks.kinds.backups import exporting
from docchain.tasks.kinds.backups.exporting import Export
from docchain.tasks.kinds.backups.place import Place
from docchain.tasks.kinds.backups.tables import Tables
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.shelf import Shelf
from functions.api.workflows.handler import handler as workflows
from tests.support.engine import Stage
from tests.support.identity import a_user, change_user
from tests.support.rest import a_caller, call
from tests.unit.tasks.kinds.conftest import Asked, given

NODES = [{"name": "Write", "node_type": "document_template", "config": {"template": "x"}}]


@pytest.fixture
def keeper(people: People, shelf: Shelf) -> Keeper:
    client = aws.dynamodb()
    tables = Tables(**{name: Table(client, name) for name in ("workflows", "runs", "documents", "ai")})
    return Keeper(people, tables, shelf.contents, DataKeys(aws.kms(), os.environ["DATA_KEY"]))


def exported(keeper: Keeper, asked: Asked, **fields: Any) -> dict[str, Any]:
    return keeper.run(given("backup"), asked.context(**fields))


def restored(keeper: Keeper, asked: Asked, backup_id: str, mode: str = "restore") -> dict[str, int]:
    result = keeper.run(given("backup", mode=mode, backup_id=backup_id), asked.context())
    return {name: count for name, count in result["counts"].items() if not name.startswith("figure")}


def a_document(shelf: Shelf, tenant: str, text: str, **fields: Any) -> Document:
    data = text.encode()
    document = Document(
        id=f"doc_{new_ulid()}",
        filename="a.txt",
        media_type="text/plain",
        size=len(data),
        sha256=shelf.contents.put(tenant, data),
        origin={"kind": "upload"},
        created_at="2026-11-21T09:00:00.000Z",
        created_by="ada",
        **fields,
    )
    shelf.documents.create(tenant, document, _event(tenant))
    return document


def _event(tenant: str) -> Event:
    return Event(type="test", tenant_id=tenant, subject="x")


def a_new_version(shelf: Shelf, tenant: str, before: Document, text: str) -> Document:
    data = text.encode()
    after = before.model_copy(
        update={"version": 2, "revision": 1, "size": len(data), "sha256": shelf.contents.put(tenant, data)}
    )
    shelf.documents.add_version(tenant, before, after, _event(tenant))
    return after


def lost(shelf: Shelf, tenant: str, document: Document) -> None:
    for version in shelf.documents.delete(tenant, document.id, lambda _: _event(tenant)):
        seen = shelf.contents.look_at(tenant, version.sha256)
        assert seen is not None
        shelf.contents.remove(tenant, version.sha256, seen)


def test_a_deleted_document_comes_back_whole(keeper: Keeper, asked: Asked, shelf: Shelf) -> None:
    tenant = asked.user.tenant_id
    collections = CollectionRepository(shelf.documents.table)
    collection = Collection(id="col_1", name="Letters", created_at="2026-11-21T09:00:00.000Z", created_by="ada")
    collections.create(tenant, collection, _event(tenant), None)
    first = a_document(shelf, tenant, "one")

    def filed(before: Document) -> Any:
        counting = collections.counting(tenant, "col_1", 1)
        return before.model_copy(update={"tags": ["red"], "collections": ["col_1"]}), [counting]

    tagged = shelf.documents.change(tenant, first.id, lambda *_: _event(tenant), filed)
    newest = a_new_version(shelf, tenant, tagged, "two, and longer")
    stays = a_document(shelf, tenant, "three")
    usage = shelf.documents.quota.read(tenant)

    made = exported(keeper, asked)
    assert (made["counts"]["document"], made["contents"]) == (2, 3)
    lost(shelf, tenant, newest)
    assert restored(keeper, asked, made["backup_id"]) == {
        "collection.present": 1,
        "contents.restored": 2,
        "document.present": 1,
        "document.restored": 1,
    }
    back = shelf.documents.read(tenant, newest.id)
    assert back.model_dump(exclude={"revision"}) == newest.model_dump(exclude={"revision"})
    assert [v.version for v in shelf.documents.read_versions(tenant, newest.id)] == [2, 1]
    assert shelf.contents.get(tenant, first.sha256) == b"one"
    assert shelf.documents.quota.read(tenant) == usage
    assert collections.read(tenant, "col_1").documents == 1
    [tagged_now], _ = shelf.documents.read_page_at(tenant, "documents#tag#red", limit=10, start_key=None)
    assert tagged_now.id == newest.id
    assert shelf.documents.read(tenant, stays.id)
    assert restored(keeper, asked, made["backup_id"])["document.present"] == 2


def test_a_deleted_workflow_comes_back_with_its_nodes_and_its_place_in_lists(keeper: Keeper, asked: Asked) -> None:
    caller, base = a_caller(asked.user.tenant_id), "/api/v3/workflows"
    body = {"name": "Letters", "nodes": NODES, "tags": ["post"]}
    assert call(workflows, "POST", base, body, caller)[0] == 200
    before = call(workflows, "GET", f"{base}/1", None, caller)[1]
    made = exported(keeper, asked)
    assert call(workflows, "DELETE", f"{base}/1", None, caller)[0] == 200
    assert call(workflows, "GET", f"{base}?tag=post", None, caller)[1] == []
    assert restored(keeper, asked, made["backup_id"])["workflow.restored"] == 1
    assert call(workflows, "GET", f"{base}/1", None, caller)[1] == before
    assert [w["id"] for w in call(workflows, "GET", f"{base}?tag=post", None, caller)[1]] == [1]


def a_run(stage: Stage, status: RunStatus | None = RunStatus.COMPLETED) -> Run:
    def work(_: NodeCall) -> NodeResult:
        return NodeResult(output={"text": "long " * 5_000})

    run = stage.started([{"id": 1, **NODES[0]}])
    stage.perform(run, "write", work)
    if status:
        stage.runs.end(stage.tenant, run, status)
    return run


def wiped(stage: Stage, run: Run) -> None:
    table, pk = stage.runs.table, f"{stage.tenant}#run#{run.id}"
    for item in table.query_all(pk, most=100):
        table.delete(pk, item["sk"])


def test_a_run_comes_back_with_its_records_and_large_outputs(keeper: Keeper, asked: Asked) -> None:
    stage = Stage(asked.user.tenant_id)
    ended, at_work = a_run(stage), a_run(stage, None)
    record = stage.record(ended, "write")
    made = exported(keeper, asked)
    assert made["counts"]["run"] == 1, "what goes on is in no backup"
    wiped(stage, ended)
    stage.contents.remove_named(stage.tenant, f"results/{record.stored_output.sha256}")
    counts = restored(keeper, asked, made["backup_id"])
    assert (counts["run.restored"], counts["contents.restored"]) == (1, 1)
    assert stage.record(ended, "write") == record
    assert stage.runs.read(stage.tenant, ended.id).status == RunStatus.COMPLETED
    assert stage.runs.next_id(stage.tenant) > at_work.id
    assert not stage.event_types(ended), "what happened then is not told again"


def test_prompts_and_figures_come_back(keeper: Keeper, asked: Asked) -> None:
    tenant, prompts = asked.user.tenant_id, PromptRepository(Table(aws.dynamodb(), "ai"))
    prompts.create(tenant, "reply", PromptText(template="Answer {{ topic }}"), "ada", None)
    figure = {"pk": f"{tenant}#figures", "sk": "day#2026-11-03#all", "entity": "figures", "runs_started": 3}
    keeper.tables.runs.put(figure)
    made = exported(keeper, asked)
    prompts.delete(tenant, "reply", "ada")
    keeper.tables.runs.delete(figure["pk"], figure["sk"])
    assert restored(keeper, asked, made["backup_id"])["prompt.restored"] == 1
    assert prompts.read(tenant, "reply").template == "Answer {{ topic }}"
    assert keeper.tables.runs.get(figure["pk"], figure["sk"]) == figure


def objects_of(tenant: str, backup_id: str) -> dict[str, bytes]:
    client = boto3.client("s3")
    found = client.list_objects_v2(Bucket="documents", Prefix=f"{tenant}/backups/{backup_id}/").get("Contents", [])
    return {o["Key"]: client.get_object(Bucket="documents", Key=o["Key"])["Body"].read() for o in found}


def test_nothing_of_a_backup_can_be_read_without_its_key(keeper: Keeper, asked: Asked, shelf: Shelf) -> None:
    a_document(shelf, asked.user.tenant_id, "a secret recipe")
    made = exported(keeper, asked)
    for name, data in objects_of(asked.user.tenant_id, made["backup_id"]).items():
        assert b"secret recipe" not in data, name
        assert b"a.txt" not in data, name


@pytest.mark.parametrize("part", ["parts/", "contents/", "manifest.json"])
def test_what_was_altered_is_noticed_and_nothing_of_it_is_put_back(
    keeper: Keeper, asked: Asked, shelf: Shelf, part: str
) -> None:
    tenant = asked.user.tenant_id
    document = a_document(shelf, tenant, "one")
    made = exported(keeper, asked)
    name, data = next((n, d) for n, d in objects_of(tenant, made["backup_id"]).items() if part in n)
    changed = json.dumps({**json.loads(data), "made_by": "eve"}).encode() if "json" in part else data[:-1] + b"\0"
    boto3.client("s3").put_object(Bucket="documents", Key=name, Body=changed)
    lost(shelf, tenant, document)
    for mode in ("verify", "restore"):
        with pytest.raises(TaskRefused) as refused:
            restored(keeper, asked, made["backup_id"], mode)
        assert refused.value.reason == "BACKUP_DAMAGED"
    assert shelf.documents.read_page(tenant, limit=1, start_key=None)[0] == []


def test_verifying_reads_all_and_writes_nothing(keeper: Keeper, asked: Asked, shelf: Shelf) -> None:
    document = a_document(shelf, asked.user.tenant_id, "one")
    made = exported(keeper, asked)
    lost(shelf, asked.user.tenant_id, document)
    assert restored(keeper, asked, made["backup_id"], "verify") == {"document.verified": 1}
    assert shelf.documents.read_page(asked.user.tenant_id, limit=1, start_key=None)[0] == []


def test_another_tenants_backup_is_not_there(keeper: Keeper, asked: Asked, accounts: Any) -> None:
    theirs = Asked(a_user(accounts))
    made = exported(keeper, theirs)
    with pytest.raises(TaskRefused) as refused:
        restored(keeper, asked, made["backup_id"])
    assert refused.value.reason == "BACKUP_NOT_FOUND"


def test_a_worker_that_died_is_followed_by_one_that_goes_on(
    keeper: Keeper, asked: Asked, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = asked.user.tenant_id
    documents = [a_document(shelf, tenant, f"text {n}") for n in range(60)]
    monkeypatch.setattr(exporting, "PART_BYTES", 500)

    def dies(looks: int) -> None:
        if looks in (2, 4):
            raise TaskCancelled("the worker is gone")

    asked.stop = dies
    context = asked.context()
    for _ in range(2):
        with pytest.raises(TaskCancelled):
            keeper.run(given("backup"), context)
    asked.stop = lambda _: None
    made = keeper.run(given("backup"), context)
    assert (made["counts"]["document"], keeper.run(given("backup"), context)) == (60, made)
    assert made["parts"] > 10
    for document in documents:
        lost(shelf, tenant, document)
    assert restored(keeper, asked, made["backup_id"])["document.restored"] == 60


def test_a_worker_that_died_once_the_backup_was_made_is_followed_by_one_that_tells_of_it(
    keeper: Keeper, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise TaskCancelled("the worker is gone")

    context = asked.context()
    with monkeypatch.context() as patched, pytest.raises(TaskCancelled):
        patched.setattr(Keeper, "_tell", dies)
        keeper.run(given("backup"), context)
    made = [keeper.run(given("backup"), context) for _ in range(2)]

    told = keeper.tables.documents.query_all(f"{context.tenant}#outbox", most=10)
    assert made[0] == made[1]
    assert [item["event"]["type"] for item in told] == ["backup.created"]


def test_two_workers_at_once_make_a_backup_that_is_whole(keeper: Keeper, asked: Asked, shelf: Shelf) -> None:
    """One that lost its task writes a page behind the other: neither its part nor its key takes another's place."""
    tenant = asked.user.tenant_id
    documents = [a_document(shelf, tenant, f"text {n}") for n in range(3)]
    context = asked.context()
    place = Place(keeper.contents, tenant, context.task_id)
    late = Export(place, *keeper._begun(place, "ada"))
    first = Export(place, *keeper._begun(place, "ada"))
    while first.page(keeper.wares):
        place.put("progress.json", first.manifest.model_dump_json().encode())
        late.page(keeper.wares)
    made = keeper.run(given("backup"), context)

    for document in documents:
        lost(shelf, tenant, document)
    assert restored(keeper, asked, made["backup_id"])["document.restored"] == 3


def test_a_long_restore_goes_on_in_further_stretches(
    keeper: Keeper, asked: Asked, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = asked.user.tenant_id
    for document in [a_document(shelf, tenant, f"text {n}") for n in range(5)]:
        lost_one = document
    monkeypatch.setattr(exporting, "PART_BYTES", 200)
    made = exported(keeper, asked)
    lost(shelf, tenant, lost_one)
    monkeypatch.setattr(backup, "STRETCH_SECONDS", -1.0)
    state: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    while not counts:
        try:
            asks = given("backup", mode="restore", backup_id=made["backup_id"])
            counts = Counter(keeper.run(asks, asked.context(state=state))["counts"])
        except TaskWaits as waits:
            state = waits.state
    assert (counts["document.present"], counts["document.restored"]) == (4, 1)


def test_only_who_administrates_the_tenant_makes_one(keeper: Keeper, asked: Asked, accounts: Any) -> None:
    change_user(accounts, asked.user, roles=["moderator"])
    with pytest.raises(TaskRefused) as refused:
        exported(keeper, asked)
    assert refused.value.reason == "FORBIDDEN"


def test_a_deleted_backup_is_gone_and_no_other(keeper: Keeper, asked: Asked, shelf: Shelf) -> None:
    tenant = asked.user.tenant_id
    a_document(shelf, tenant, "one")
    gone, kept = (exported(keeper, asked)["backup_id"] for _ in range(2))
    order = given("backup", mode="delete", backup_id=gone)

    assert keeper.run(order, asked.context())["files_removed"] > 2
    assert keeper.run(order, asked.context())["files_removed"] == 0

    with pytest.raises(TaskRefused, match="does not exist"):
        restored(keeper, asked, gone, mode="verify")
    assert restored(keeper, asked, kept, mode="verify")
