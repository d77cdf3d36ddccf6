"""The routes, through the group's real handler."""

from typing import Any

import pytest

from functions.api.advanced_ai import dependencies
from functions.api.advanced_ai.handler import handler
from tests.support.rest import a_caller, call
from tests.support.search import Library
from tests.unit.search.test_indexing import CATS, TAXES

ROOT = "/api/v3/advanced/ai/search"


@pytest.fixture(autouse=True)
def fresh() -> None:
    dependencies.indexes.cache_clear()


def ask(tenant: str, method: str, path: str, body: Any = None, **who: Any) -> tuple[int, Any]:
    headers = who.pop("headers", None)
    return call(handler, method, f"{ROOT}{path}", body, a_caller(tenant, **who), headers)


def test_a_search_answers_with_places_highlights_and_who_made_the_vectors(library: Library) -> None:
    cats = library.keep("# Animals\n\n## Cats\n\n" + CATS, "pets.md", media_type="text/markdown")
    library.keep(TAXES, "money.txt")
    library.settle()

    status, found = ask(
        library.tenant, "POST", "", {"query": "how many hours do cats rest", "top_k": 2, "facets": True}
    )

    assert status == 200
    best = found["results"][0]
    assert (best["document_id"], best["context"], best["text"]) == (cats, "Animals > Cats", CATS)
    words = [h["text"] for h in best["highlights"]]
    assert words == ["Cats", "hours"]
    assert best["highlights"][0]["start"] == best["start"]
    assert (found["provider"], found["model"], found["searched"]) == ("local", "multilingual-e5-small-q4", 2)
    assert found["facets"]["media_type"] == {"text/markdown": 1, "text/plain": 1}


def test_filters_hold_all_together(library: Library) -> None:
    old = library.keep(CATS, tags=["pets", "old"], created_at="2020-01-01T00:00:00.000Z")
    new = library.keep(CATS + " Much.", tags=["pets"], collections=["col_1"])
    library.settle()

    def found(**filters: Any) -> set[str]:
        _, answer = ask(library.tenant, "POST", "", {"query": "cats", "filters": filters})
        return {hit["document_id"] for hit in answer["results"]}

    assert found(tags=["pets"]) == {old, new}
    assert found(tags=["pets", "old"]) == {old}
    assert found(collections=["col_1", "col_2"]) == {new}
    assert found(created_before="2021-01-01") == {old}
    assert found(created_from="2021-01-01", tags=["old"]) == set()
    assert found(document_ids=[new]) == {new}
    assert found(media_types=["application/pdf"]) == set()


def test_a_code_is_found_as_it_is(library: Library) -> None:
    texts = [f"Invoice INV-2026-{n:04d} for garden chairs, due in May." for n in range(30)]
    ids = [library.keep(text, f"{n}.txt") for n, text in enumerate(texts)]
    library.settle()

    _, found = ask(library.tenant, "POST", "", {"query": "what is on INV-2026-0017", "top_k": 1})

    assert [hit["document_id"] for hit in found["results"]] == [ids[17]]
    assert [h["text"] for h in found["results"][0]["highlights"]] == ["INV-2026-0017"]


def test_who_has_nothing_finds_nothing_and_who_asks_nothing_is_told(tenant: str) -> None:
    status, found = ask(tenant, "POST", "", {"query": "cats"})
    assert (status, found["results"], found["searched"]) == (200, [], 0)

    for body in ({"query": ""}, {"query": " -?"}, {"query": "a", "top_k": 51}, {"query": "a" * 501}, {"quer": "a"}):
        status, answer = ask(tenant, "POST", "", body)
        assert status == 422, answer


def test_suggestions_are_names_that_have_a_word_that_begins_so(library: Library) -> None:
    library.keep("# Canción de otoño\n\ntext\n\n# Annual cancellation\n\ntext", "notes.md")
    library.settle()

    _, found = ask(library.tenant, "GET", "/suggest?q=canc")

    assert [s["text"] for s in found["suggestions"]] == ["Canción de otoño", "Annual cancellation"]


def test_a_rebuilding_reads_every_document_anew_and_ends(library: Library) -> None:
    ids = [library.keep(f"{CATS} {n}", f"{n}.txt") for n in range(3)]
    library.carried |= {e.id for e in library.tell()}  # as if uploaded before there was a search

    status, begun = ask(library.tenant, "POST", "/reindex", headers={"Idempotency-Key": "once"})
    assert (status, begun["listed"]) == (200, False)
    assert ask(library.tenant, "POST", "/reindex", headers={"Idempotency-Key": "once"})[1]["id"] == begun["id"]
    status, refused = ask(library.tenant, "POST", "/reindex")
    assert (status, refused["error"]["code"]) == (409, "REINDEX_RUNNING")
    gone = ids.pop()
    library.settle_but(gone)

    _, stats = ask(library.tenant, "GET", "/stats")
    assert (stats["reindex"]["requested"], stats["reindex"]["handled"]) == (3, 3)
    assert stats["reindex"]["finished_at"]
    assert (stats["documents"], stats["chunks"]) == (2, 2)
    assert ask(library.tenant, "POST", "/reindex")[0] == 200


def test_the_states_of_documents_are_listed_page_by_page(library: Library) -> None:
    ids = {library.keep(CATS), library.keep(b"%PDF-1.7 broken", "x.pdf")}
    library.settle()

    _, found = ask(library.tenant, "GET", "/documents?limit=10")

    assert {d["document_id"] for d in found} == ids
    assert sorted(d["status"] for d in found) == ["indexed", "unreadable"]


def test_another_tenant_sees_nothing_of_it(library: Library) -> None:
    library.keep(CATS, "secret-cats.txt")
    library.settle()
    stranger = f"{library.tenant}_x"

    assert ask(stranger, "POST", "", {"query": "cats"})[1]["results"] == []
    assert ask(stranger, "GET", "/suggest?q=secret")[1]["suggestions"] == []
    assert ask(stranger, "GET", "/stats")[1]["documents"] == 0
    assert ask(stranger, "GET", "/documents")[1] == []


def test_a_guest_searches_and_rebuilds_nothing(library: Library) -> None:
    assert ask(library.tenant, "POST", "", {"query": "cats"}, roles=("guest",))[0] == 200
    assert ask(library.tenant, "POST", "/reindex", roles=("guest",))[0] == 403


def test_a_warm_search_reads_the_manifest_alone(library: Library, aws_calls: list[str]) -> None:
    library.keep(CATS)
    library.settle()
    ask(library.tenant, "POST", "", {"query": "cats"})
    aws_calls.clear()

    ask(library.tenant, "POST", "", {"query": "cats at night"})

    assert aws_calls == ["GetItem"]
