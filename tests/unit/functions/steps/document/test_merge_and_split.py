"""Documents are put together and taken apart; nothing of them is lost."""

import time
from typing import Any

import pytest

from docchain.errors import PermanentStepError
from docchain.extraction.extract import extract
from docchain.rendering.pdf import render_pdf
from functions.steps.document.merge import merge_documents
from functions.steps.document.split import split_document
from tests.support.calls import Files, a_call

PDF = "application/pdf"


def a_pdf(*titles: str) -> bytes:
    from docchain.rendering.pdf_pages import merged

    return merged([render_pdf(title, f"What {title} says.", {}) for title in titles])[0]


@pytest.fixture(scope="module")
def files() -> Files:
    return {
        "one": ("one.pdf", PDF, a_pdf("Alpha")),
        "two": ("two.pdf", PDF, a_pdf("Beta", "Gamma")),
        "notes": ("notes.md", "text/markdown", b"# Notes\n\nFirst.\n\n## Today\n\nBuy bread.\n\n## Later\n\nSleep."),
        "long": ("long.txt", "text/plain", "\n\n".join(f"Paragraph {i} of some words." for i in range(40)).encode()),
    }


def texts(data: bytes) -> list[str]:
    found = extract(data, "x.pdf", None)
    return [found.text[p.start : p.end] for p in found.pages]


def test_pdfs_become_one_pdf_in_the_order_they_were_named(files: Files) -> None:
    result = merge_documents(a_call("document_merge", {"documents": ["two", "one"]}, files=files))
    assert result.document is not None
    pages = texts(result.document.data)
    assert [next(n for n in ("Alpha", "Beta", "Gamma") if n in p) for p in pages] == ["Beta", "Gamma", "Alpha"]
    assert (result.facts["pages"], result.facts["format"], result.consumed) == (3, "pdf", ("two", "one"))
    assert result.document.filename == "node.pdf"


def test_the_same_documents_give_the_same_bytes_at_another_time(files: Files) -> None:
    call = a_call("document_merge", {"documents": ["one", "two"]}, files=files)
    first = merge_documents(call)
    time.sleep(1.1)
    assert merge_documents(call) == first


def test_without_names_it_takes_what_the_nodes_before_made(files: Files) -> None:
    upstream: dict[str, dict[str, Any]] = {
        "a": {"document_id": "one"},
        "b": {"text": "no document"},
        "c": {"documents": [{"document_id": "two"}, {"document_id": "one"}]},
    }
    result = merge_documents(a_call("document_merge", {}, files=files, upstream=upstream))
    assert result.output["merged"] == ["one", "two", "one"]


def test_other_documents_become_a_text(files: Files) -> None:
    result = merge_documents(a_call("document_merge", {"documents": ["notes", "one"], "title": "All"}, files=files))
    assert result.document is not None
    assert result.document.data.decode() == result.output["text"]
    assert result.output["text"].startswith("# All\n\n## notes.md\n\n# Notes")
    assert "What Alpha says." in result.output["text"]


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({}, "NOTHING_TO_MERGE"),
        ({"documents": []}, "NOTHING_TO_MERGE"),
        ({"documents": ["one"] * 101}, "TOO_MUCH_TO_MERGE"),
        ({"documents": ["one", "notes"], "format": "pdf"}, "NOT_ALL_PDF"),
    ],
)
def test_what_cannot_be_merged_says_why(files: Files, config: dict[str, Any], code: str) -> None:
    with pytest.raises(PermanentStepError) as raised:
        merge_documents(a_call("document_merge", config, files=files))
    assert raised.value.code == code


def test_a_pdf_is_split_by_pages_with_a_file_of_each(files: Files) -> None:
    files = {"all": ("all.pdf", PDF, a_pdf("Alpha", "Beta", "Gamma"))}
    config = {"document": "all", "pages_per_part": 2, "files": True}
    result = split_document(a_call("document_split", config, files=files))
    one, two = result.output["parts"]
    assert (one["title"], two["title"], two["first_page"]) == ("Pages 1-2", "Page 3", 3)
    assert "Beta" in one["text"]
    assert "Gamma" in two["text"]
    assert [len(texts(part.data)) for part in result.parts] == [2, 1]
    assert [part.filename for part in result.parts] == ["all-001.pdf", "all-002.pdf"]


def test_a_text_is_split_at_its_headings(files: Files) -> None:
    result = split_document(a_call("document_split", {"document": "notes", "by": "headings"}, files=files))
    assert [(p["number"], p["title"]) for p in result.output["parts"]] == [(1, "Notes"), (2, "Today"), (3, "Later")]
    assert result.output["parts"][1]["text"] == "## Today\n\nBuy bread."


def test_a_text_is_split_by_size_between_paragraphs(files: Files) -> None:
    config = {"document": "long", "by": "size", "max_characters": 200}
    parts = split_document(a_call("document_split", config, files=files)).output["parts"]
    assert all(len(p["text"]) <= 200 for p in parts)
    assert "\n\n".join(p["text"] for p in parts) == files["long"][2].decode()


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"document": "long", "by": "headings"}, "NOT_SPLITTABLE"),
        ({"document": "notes", "by": "headings", "files": True}, "NOT_SPLITTABLE"),
    ],
)
def test_what_cannot_be_split_says_why(files: Files, config: dict[str, Any], code: str) -> None:
    with pytest.raises(PermanentStepError) as raised:
        split_document(a_call("document_split", config, files=files))
    assert raised.value.code == code
