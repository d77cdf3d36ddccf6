"""From a document's event to being found, and from its deletion to being found no more, whatever comes twice."""

import pytest

from docchain.search.indexing import RETIRED_SECONDS
from docchain.search.state import DocumentStatus
from tests.support.search import Library

CATS = "Cats sleep sixteen hours a day and hunt at dusk."
TAXES = "Income tax returns are filed before the end of June."
LONG = "\n\n".join(f"Paragraph {n} tells of the weather in the valley, as it was in {1900 + n}." for n in range(40))


def test_an_uploaded_document_is_found_by_what_it_means(library: Library) -> None:
    cats, taxes = library.keep(CATS, "pets.txt"), library.keep(TAXES, "money.txt")

    library.settle()

    assert library.found("how long does a kitten rest")[0] == cats
    assert library.found("deadline for declaring what one has earned")[0] == taxes


def test_a_hit_says_where_it_stands_in_the_document(library: Library) -> None:
    library.keep("# Animals\n\nDogs bark.\n\n## Cats\n\n" + CATS, "pets.md")
    library.settle()

    hit = library.search("how long does a kitten rest").hits[0]

    assert hit.chunk.text == CATS
    assert hit.chunk.context == "Animals > Cats"
    assert (hit.chunk.start, hit.chunk.end) == (32, 32 + len(CATS))


def test_a_deleted_document_is_not_found_and_its_text_is_gone(library: Library) -> None:
    cats, _ = library.keep(CATS), library.keep(TAXES)
    library.settle()

    library.forget(cats)
    library.settle()

    assert cats not in library.found("how long does a kitten rest")
    manifest = library.repository.manifest(library.tenant)
    assert manifest is not None
    index = manifest.indexes[manifest.serving]
    assert (index.documents, index.chunks, index.dead) == (1, 1, 0)
    kept = [library.contents.find_named(library.tenant, ref.name) or b"" for ref in index.segments]
    assert kept
    opened = library.warm.open(library.tenant)
    assert opened is not None
    assert all(b"Cats sleep" not in s.text.tobytes() for s in opened[1].segments)


def test_what_was_merged_is_removed_once_nobody_can_be_reading_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    cats = library.keep(CATS)
    library.keep(TAXES)
    library.settle()
    library.forget(cats)
    library.settle()
    manifest = library.repository.manifest(library.tenant)
    assert manifest is not None
    old = [r.name for r in manifest.indexes[manifest.serving].retired]
    assert old
    assert all(library.contents.find_named(library.tenant, name) for name in old)

    from docchain.clock import epoch

    later = epoch() + RETIRED_SECONDS + 1
    monkeypatch.setattr("docchain.search.indexing.epoch", lambda: later)
    library.keep("Something else happens.")
    library.settle()

    assert [library.contents.find_named(library.tenant, name) for name in old] == [None] * len(old)


def test_orders_that_come_twice_and_in_any_order_leave_one_of_each(library: Library) -> None:
    cats, taxes = library.keep(CATS), library.keep(TAXES)
    uploads = library.tell()
    library.cut(uploads + uploads)
    library.forget(taxes)
    orders = [e for e in library.tell() if e.type in {"document.chunked", "document.deleted"}]

    assert library.index(orders[::-1]) == set()
    assert library.index(orders) == set()
    library.settle()

    assert library.found("anything", top=50) == [cats]
    manifest = library.repository.manifest(library.tenant)
    assert manifest is not None
    assert (manifest.indexes[manifest.serving].documents, manifest.indexes[manifest.serving].chunks) == (1, 1)


def test_a_deletion_between_reading_and_writing_wins(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The indexer read the card, made the vectors, and meanwhile the document went."""
    cats = library.keep(CATS)
    library.cut([e for e in library.tell() if e.type == "document.uploaded"])
    orders = [e for e in library.tell() if e.type == "document.chunked"]
    indexer = library.indexer()
    embed, gone = indexer._embed, []
    library.carried |= {e.id for e in orders}

    def overtaken(*given: object) -> None:
        embed(*given)  # type: ignore[arg-type]
        if not gone:
            gone.append(cats)
            library.forget(cats)
            # Its order is done before this one is: nothing of the document is there yet, and it does not come again.
            told = [e for e in library.tell() if e.type == "document.deleted"]
            library.carried |= {e.id for e in told}
            assert library.index(told) == set()

    monkeypatch.setattr(indexer, "_embed", overtaken)

    assert library.index(orders, indexer) == set()
    library.settle()

    assert gone
    assert library.found("how long does a kitten rest") == []


def test_a_change_of_tags_needs_no_vectors(library: Library) -> None:
    cats = library.keep(CATS, tags=["pets"])
    library.settle()
    library.table.update(f"{library.tenant}#document#{cats}", "document", set_={"tags": ["pets", "night"]})

    library.cut([library.fact("document.changed", cats)])
    orders = [e for e in library.tell() if e.type == "document.chunked"]
    indexer = library.indexer()
    assert library.index(orders, indexer) == set()

    assert indexer._vectors == {}
    opened = library.warm.open(library.tenant)
    assert opened is not None
    assert opened[1].cards[cats].tags == ("pets", "night")
    assert library.found("kitten") == [cats]


def test_a_new_content_under_the_same_card_replaces_the_old(library: Library) -> None:
    cats = library.keep(CATS)
    library.settle()
    sha256 = library.contents.put(library.tenant, TAXES.encode())
    library.table.update(f"{library.tenant}#document#{cats}", "document", set_={"sha256": sha256})

    library.cut([library.fact("document.version_added", cats)])
    library.settle()

    hits = library.search("anything", top=50).hits
    assert [h.chunk.text for h in hits] == [TAXES]


def test_what_cannot_be_read_is_noted_with_its_reason_and_not_tried_for_ever(library: Library) -> None:
    broken = library.keep(b"%PDF-1.7 this is no PDF", "x.pdf")
    library.settle()

    states, _ = library.repository.states(library.tenant, limit=10, start_key=None)
    assert [(s.document_id, s.status) for s in states] == [(broken, DocumentStatus.UNREADABLE)]
    assert states[0].error


def test_documents_of_a_node_are_found(library: Library) -> None:
    made = [library.keep(CATS), library.keep(TAXES)]
    library.carried |= {e.id for e in library.tell()}
    from docchain.events.models import Event

    done = Event(type="node.completed", tenant_id=library.tenant, subject="runs/1", data={"documents": made})
    library.cut([done])
    library.settle()

    assert set(library.found("animals and money", top=50)) == set(made)


def test_a_full_index_refuses_a_document_and_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.search.changes.CHUNKS_PER_TENANT", 3)
    small = library.keep(CATS)
    library.settle()
    large = library.keep(LONG)
    library.settle()

    states = {s.document_id: s for s in library.repository.states(library.tenant, limit=10, start_key=None)[0]}
    assert states[large].status is DocumentStatus.REFUSED
    assert states[large].error == "SEARCH_INDEX_FULL"
    assert library.found("weather in the valley") == [small]


def test_one_tenant_never_finds_anothers(library: Library) -> None:
    other = Library(f"{library.tenant}_other")
    library.keep(CATS)
    library.settle()
    mine = other.keep(TAXES)
    other.settle()
    other.warm = library.warm

    library.found("kitten")

    assert other.found("how long does a kitten rest", top=50) == [mine]
    assert library.warm.open(f"{library.tenant}_nobody") is None


def test_a_batch_without_time_left_comes_again(library: Library) -> None:
    library.keep(CATS)
    library.cut([e for e in library.tell() if e.type == "document.uploaded"])
    orders = [e for e in library.tell() if e.type == "document.chunked"]

    assert library.index(orders, library.indexer(seconds=-1)) == {0}
    assert library.index(orders) == set()
    assert len(library.found("kitten")) == 1


def test_a_batch_makes_few_calls(library: Library, aws_calls: list[str]) -> None:
    library.keep(CATS)
    library.cut([e for e in library.tell() if e.type == "document.uploaded"])
    orders = [e for e in library.tell() if e.type == "document.chunked"]
    indexer = library.indexer()
    aws_calls.clear()

    indexer.apply(library.tenant, orders)

    assert aws_calls == ["BatchGetItem", "GetObject", "PutObject", "TransactWriteItems", "DeleteObject"]


def test_a_commit_that_loses_leaves_no_segment_behind(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from docchain import aws
    from docchain.storage.errors import ConditionFailed

    library.keep(CATS)
    library.cut([e for e in library.tell() if e.type == "document.uploaded"])
    orders = [e for e in library.tell() if e.type == "document.chunked"]
    transact, losses = type(library.table).transact, iter([True, True])

    def lost(table: object, actions: list[dict[str, object]], **named: object) -> None:
        if next(losses, False):
            raise ConditionFailed([0])
        transact(table, actions, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(type(library.table), "transact", lost)

    assert library.index(orders) == set()

    listed = aws.s3().list_objects_v2(Bucket="documents", Prefix=f"{library.tenant}/search/segments/")
    assert listed["KeyCount"] == 1


def test_each_commit_tells_what_became_of_each_document(library: Library) -> None:
    cats = library.keep(CATS)
    library.settle()

    told = [i["event"] for i in library.table.query_all(f"{library.tenant}#outbox", most=100)]
    (indexed,) = [e for e in told if e["type"] == "document.indexed"]
    assert indexed["data"] == {"document_id": cats, "status": "indexed", "chunks": 1, "truncated": False}
