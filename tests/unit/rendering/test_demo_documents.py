from pathlib import Path

import pytest

from docchain.ai.local.entities import find_entities
from docchain.extraction import extract
from docchain.rendering.pdf import render_pdf
from infra.local.demo.build_documents import read_source

DOCUMENTS = Path("infra/local/demo/documents")
SOURCES = sorted(DOCUMENTS.glob("*.md"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_committed_pdf_is_what_its_source_renders_to(source):
    assert render_pdf(*read_source(source)) == source.with_suffix(".pdf").read_bytes()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_each_demo_document_has_pages_headings_and_things_to_find(source):
    data = source.with_suffix(".pdf").read_bytes()
    found = extract(data)

    counts = find_entities(found.text, source.name.split(".")[-2])["counts"]
    assert len(data) < 200_000
    assert len(found.pages) == 3
    assert len(found.headings) >= 8
    assert min(counts["money"], counts["date"], counts["percentage"]) >= 5
    assert counts["iban"] == 1
    assert counts["email"] >= 1
    assert counts["phone"] >= 1
