"""A tenant's library: versions, tags, metadata, collections, lists and what may be kept."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain.documents import quota
from docchain.documents.retention import Expiry
from functions.api.workflows import dependencies
from functions.api.workflows.document_schemas import ChangeDocument
from functions.api.workflows.handler import handler
from functions.api.workflows.service import document_library
from tests.support.rest import a_caller, a_context, call, rest_event

DOCUMENTS = "/api/v3/workflows/documents"


def ask(tenant: str, method: str, path: str = "", body: Any = None, *, status: int = 200, **headers: str) -> Any:
    answered, answer = call(handler, method, f"{DOCUMENTS}{path}", body, caller=a_caller(tenant), headers=headers)
    assert answered == status, answer
    return answer


def upload(
    tenant: str, content: bytes = b"one", *, path: str = "?filename=a.txt", status: int = 200, **headers: str
) -> Any:
    return ask(tenant, "POST", path, content, status=status, **{"content-type": "application/octet-stream", **headers})


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [document["id"] for document in found]


def events(tenant: str, kind: str) -> list[dict[str, Any]]:
    items = dependencies.documents().table.query_all(f"{tenant}#outbox", most=100)
    return [i["event"]["data"] for i in items if i["event"]["type"] == kind]


def limit(tenant: str, **limits: int) -> None:
    most = {"bytes_most": quota.BYTES_MOST, "documents_most": quota.DOCUMENTS_MOST, **limits}
    dependencies.documents().table.put({"pk": f"{tenant}#usage", "sk": "limits", "entity": "quota", **most})


def test_a_new_version_takes_the_place_of_the_old_one_which_is_kept(tenant: str) -> None:
    document = upload(tenant, b"first words")["id"]

    second = upload(tenant, b"%PDF-1.7 second", path=f"/{document}/versions")

    assert (second["id"], second["version"], second["media_type"]) == (document, 2, "application/pdf")
    assert [v["version"] for v in ask(tenant, "GET", f"/{document}/versions")] == [2, 1]
    old = ask(tenant, "GET", f"/{document}/versions/1")
    assert (old["media_type"], old["size"]) == ("text/plain", 11)
    assert old["download_url"]
    assert ask(tenant, "GET", f"/{document}/versions/2")["sha256"] == second["sha256"]
    assert ask(tenant, "GET", f"/{document}/versions/3", status=404)["error"]["code"] == "DOCUMENT_VERSION_NOT_FOUND"
    assert ids(ask(tenant, "GET")) == [document]
    (told,) = events(tenant, "document.version_added")
    assert told["version"] == 2


def test_a_version_that_is_sent_twice_is_one(tenant: str) -> None:
    document = upload(tenant)["id"]
    sent = {"path": f"/{document}/versions", "idempotency-key": "k1"}

    assert [upload(tenant, b"two", **sent)["version"] for _ in range(2)] == [2, 2]
    assert upload(tenant, b"two", path=f"/{document}/versions")["version"] == 2  # what it holds already


def test_what_a_run_made_gets_no_versions(tenant: str) -> None:
    documents = dependencies.documents()
    made = documents.read(tenant, upload(tenant)["id"]).model_copy(
        update={"id": "doc_run1_a", "origin": {"kind": "node", "run_id": 1}}
    )
    documents.table.transact([documents.putting(tenant, made)])

    refused = upload(tenant, b"x", path="/doc_run1_a/versions", status=409)

    assert refused["error"]["code"] == "DOCUMENT_OF_A_RUN"


def test_documents_are_found_by_tag_and_by_type(tenant: str) -> None:
    one, two = upload(tenant)["id"], upload(tenant, b"%PDF-1.7 x", path="?filename=b.pdf")["id"]
    changed = ask(tenant, "PATCH", f"/{one}", {"tags": ["paid", "2026", "paid"], "metadata": {"supplier": "Peña"}})
    ask(tenant, "PATCH", f"/{two}", {"tags": ["2026"]})

    assert (changed["tags"], changed["metadata"]) == (["2026", "paid"], {"supplier": "Peña"})
    assert ids(ask(tenant, "GET", "?tag=2026")) == [two, one]
    assert ids(ask(tenant, "GET", "?tag=paid")) == [one]
    assert ids(ask(tenant, "GET", "?media_type=application/pdf")) == [two]

    ask(tenant, "PATCH", f"/{one}", {"tags": []})

    assert ask(tenant, "GET", "?tag=paid") == []
    assert next(told["after"] for told in events(tenant, "document.changed"))["metadata"] == {"supplier": "Peña"}
    assert ask(tenant, "GET", "?tag=a&media_type=b", status=422)
    assert ask(tenant, "PATCH", f"/{one}", {}, status=422)


def test_lists_go_on_at_the_next_page(tenant: str) -> None:
    made = [upload(tenant, path=f"?filename={n}.txt")["id"] for n in range(3)]
    for document in made:
        ask(tenant, "PATCH", f"/{document}", {"tags": ["t"]})

    first = handler(rest_event("GET", f"{DOCUMENTS}?tag=t&limit=2", None, a_caller(tenant)), a_context())
    link = {**(first.get("headers") or {}), **{k: v[0] for k, v in (first.get("multiValueHeaders") or {}).items()}}[
        "link"
    ]
    _, rest = call(handler, "GET", link.split("<")[1].split(">")[0], None, caller=a_caller(tenant))

    assert ids(rest) == [made[0]]


def test_a_change_that_changes_nothing_is_not_told(tenant: str) -> None:
    document = upload(tenant)["id"]

    for _ in range(2):
        ask(tenant, "PATCH", f"/{document}", {"tags": ["a"]})

    assert len(events(tenant, "document.changed")) == 1


def test_a_collection_counts_what_is_in_it(tenant: str) -> None:
    made = ask(tenant, "POST", "/collections", {"name": "Invoices"}, **{"idempotency-key": "c"})["id"]
    assert ask(tenant, "POST", "/collections", {"name": "Invoices"}, **{"idempotency-key": "c"})["id"] == made
    one, two = upload(tenant)["id"], upload(tenant, b"two")["id"]
    for document in (one, two, two):
        assert ask(tenant, "PUT", f"/collections/{made}/documents/{document}")["collections"] == [made]

    assert ask(tenant, "GET", f"/collections/{made}")["documents"] == 2
    assert ids(ask(tenant, "GET", f"?collection={made}")) == [two, one]
    assert ask(tenant, "DELETE", f"/collections/{made}", status=409)["error"]["code"] == "COLLECTION_NOT_EMPTY"

    ask(tenant, "DELETE", f"/collections/{made}/documents/{one}")
    ask(tenant, "DELETE", f"/{two}")  # a document that is gone is in no collection

    assert ask(tenant, "GET", f"?collection={made}") == []
    assert ask(tenant, "GET", f"/collections/{made}")["documents"] == 0
    assert len(events(tenant, "document.collected")) == 2
    ask(tenant, "DELETE", f"/collections/{made}")
    assert ask(tenant, "GET", "/collections") == []
    assert ask(tenant, "GET", f"/collections/{made}", status=404)
    assert ask(tenant, "PUT", f"/collections/{made}/documents/{one}", status=404)


def test_uploads_and_versions_count_and_what_is_deleted_counts_no_more(tenant: str) -> None:
    document = upload(tenant, b"12345")["id"]
    upload(tenant, b"1234567", path=f"/{document}/versions")

    kept = ask(tenant, "GET", "/quota")
    assert (kept["bytes"], kept["documents"]) == (12, 1)

    ask(tenant, "DELETE", f"/{document}")
    gone = ask(tenant, "GET", "/quota")
    assert (gone["bytes"], gone["documents"]) == (0, 0)
    assert ask(tenant, "GET", f"/{document}/versions", status=404)


@pytest.mark.parametrize("limits", [{"bytes_most": 7}, {"documents_most": 1}])
def test_what_would_pass_a_limit_is_refused_and_says_which(tenant: str, limits: dict[str, int]) -> None:
    limit(tenant, **limits)
    upload(tenant, b"12345")

    refused = upload(tenant, b"12345", status=413)["error"]

    assert refused["code"] == "DOCUMENT_QUOTA_EXCEEDED"
    assert refused["details"]["limit"] == next(iter(limits.values()))
    assert ask(tenant, "GET", "/quota")["documents"] == 1


def test_two_uploads_at_once_do_not_share_the_last_place(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked at the counters before the first had counted."""
    limit(tenant, documents_most=1)
    before = dependencies.documents().table.query(f"{tenant}#usage", consistent=True).items
    upload(tenant, b"first")
    seen = [before]
    looked = quota.Quota._items
    monkeypatch.setattr(quota.Quota, "_items", lambda self, t: seen.pop() if seen else looked(self, t))

    refused = upload(tenant, b"second", status=413)

    assert refused["error"]["code"] == "DOCUMENT_QUOTA_EXCEEDED"


def test_a_change_between_reading_and_writing_is_kept(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = upload(tenant)["id"]
    documents = dependencies.documents()
    transact, done = type(documents.table).transact, list[str]()

    def meanwhile(table: Any, actions: list[Any], **options: Any) -> None:
        if not done:
            done.append("once")
            body = ChangeDocument(metadata={"by": "another"})
            document_library.change_document(documents, a_caller(tenant), document, body)
        transact(table, actions, **options)

    monkeypatch.setattr(type(documents.table), "transact", meanwhile)
    both = ask(tenant, "PATCH", f"/{document}", {"tags": ["mine"]})

    assert (both["tags"], both["metadata"]) == (["mine"], {"by": "another"})


def test_what_an_older_version_holds_goes_with_its_document(tenant: str) -> None:
    documents, contents = dependencies.documents(), dependencies.contents()
    document = upload(tenant, b"old words")["id"]
    upload(tenant, b"new words", path=f"/{document}/versions")
    shared = upload(tenant, b"shared")["id"]
    upload(tenant, b"old words, once more", path=f"/{shared}/versions")
    hashes = [version.sha256 for version in documents.read_versions(tenant, document)]
    later = datetime.now(UTC) + timedelta(days=400)

    gone, is_all = Expiry(documents, contents).expire(
        tenant, 30, lambda found: {d.id for d in found if d.id == shared}, later, time.monotonic() + 60
    )

    assert (gone, is_all) == (1, True)
    assert not any(contents.look_at(tenant, sha256) for sha256 in hashes)
    assert [v["version"] for v in ask(tenant, "GET", f"/{shared}/versions")] == [2, 1]
    assert ask(tenant, "GET", "/quota")["documents"] == 1
