"""A text becomes a document, laid out by a tenant's template when one is named."""

import pytest

from docchain.errors import PermanentStepError
from docchain.extraction import extract
from functions.steps.document.render import render_document
from tests.support.calls import Files, a_call

LETTER = b"Dear {{ input.name }},\n\n{{ body }}\n\n*About: {{ title }}*"
FILES: Files = {
    "doc_letter": ("letter.md", "text/markdown", LETTER),
    "doc_letter@2": ("letter.md", "text/markdown", b"## {{ title }}\n\n{{ body }}"),
    "doc_picture": ("a.png", "application/octet-stream", b"\x89PNG"),
}
TEXT = {"source": "Your order *leaves* today.", "title": "Order"}


def rendered(config: dict[str, object]):
    return render_document(a_call("document_render", {**TEXT, **config}, files=FILES))


@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "md"])
def test_each_format_holds_the_title_and_the_text(kind: str) -> None:
    made = rendered({"format": kind}).document

    text = extract(made.data, made.filename).text
    assert "Order" in text
    assert "leaves" in text


def test_a_template_is_written_around_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    call = a_call("document_render", {**TEXT, "format": "md", "template": "doc_letter"}, files=FILES)
    call.scope["input"] = {"name": "Ana"}

    result = render_document(call)

    assert result.document.data.decode() == ("# Order\n\nDear Ana,\n\nYour order *leaves* today.\n\n*About: Order*\n")
    assert result.consumed == ("doc_letter",)


def test_a_template_is_named_with_its_version() -> None:
    assert "## Order" in rendered({"format": "md", "template": "doc_letter@2"}).document.data.decode()


def test_a_template_that_is_no_text_is_refused() -> None:
    with pytest.raises(PermanentStepError) as refused:
        rendered({"template": "doc_picture"})

    assert refused.value.code == "TEMPLATE_NOT_TEXT"


@pytest.mark.parametrize(
    ("text", "pdf_a", "standard"),
    [("plain", "prefer", "a-2b"), ("中文", "prefer", "none"), ("plain", "never", "none"), ("plain", "require", "a-2b")],
)
def test_the_standard_that_was_kept_is_told(text: str, pdf_a: str, standard: str) -> None:
    result = rendered({"source": text, "pdf_a": pdf_a})

    assert result.facts["standard"] == standard
    assert (b"pdfaid" in result.document.data) == (standard != "none")


def test_what_must_be_pdf_a_and_cannot_is_refused() -> None:
    with pytest.raises(PermanentStepError) as refused:
        rendered({"source": "中文", "pdf_a": "require"})

    assert refused.value.code == "PDF_A_NOT_POSSIBLE"
