import re
import time
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest

from docchain.extraction import Heading, Page, Table, extract
from docchain.extraction.errors import (
    BrokenDocument,
    DocumentTooLarge,
    DocumentTooSlow,
    EmptyDocument,
    EncryptedDocument,
    NoTextLayer,
    UnsupportedDocument,
)
from docchain.rendering.docx import render_docx
from docchain.rendering.pdf import render_pdf

CONTRACT = Path("infra/local/demo/documents/service-agreement.en.pdf").read_bytes()
MARKDOWN = (
    "# One\n\nFirst *text*.\n\n| Name | Total |\n|---|--:|\n| Peña & Ñúñez | 1.234,00 € |\n\n## Two\n\n- a\n- b\n"
)


def a_docx(build=lambda document: document.add_paragraph("text")):
    document = docx.Document()
    build(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def a_zip(members, **options):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(data, name, change):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return a_zip({n: change(archive.read(n)) if n == name else archive.read(n) for n in archive.namelist()})


def pdf_pages(data, *, password=None, blank=0):
    writer = pypdf.PdfWriter()
    if data:
        writer.append(BytesIO(data))
    for _ in range(blank):
        writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_gives_text_pages_headings_and_metadata():
    found = extract(CONTRACT, "contract.pdf")

    assert (found.format, found.media_type, found.warnings) == ("pdf", "application/pdf", [])
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert found.text[found.pages[2].start :].startswith("7. Termination")
    assert found.headings[:2] == [Heading(1, "1. Services", 1), Heading(1, "2. Term", 1)]
    assert found.metadata["title"] == "Service Agreement"
    assert found.metadata["pages"] == 3
    assert found.words > 900


def test_lines_of_a_pdf_are_put_together_into_paragraphs():
    paragraphs = extract(CONTRACT).text.split("\n\n")

    term = next(paragraph for paragraph in paragraphs if paragraph.startswith("This Agreement starts"))
    assert term.endswith("without giving a reason.")


def test_headers_and_footers_that_repeat_are_taken_out_of_a_pdf():
    found = extract(CONTRACT)

    assert found.text.count("Service Agreement\n") == 1, "the title stays"
    assert "Agreement NDS-2026-0147 2 / 3" not in found.text
    assert "Agreement NDS-#-# # / #" in found.metadata["running_lines"]


def test_only_the_wanted_pages_of_a_pdf_are_read():
    found = extract(CONTRACT, max_pages=1)

    assert len(found.pages) == 1
    assert found.warnings == ["only the first 1 of 3 pages were read"]


def test_a_page_without_text_is_a_warning():
    found = extract(pdf_pages(CONTRACT, blank=1))

    assert found.warnings == ["no text layer on page 4"]


def test_a_scan_has_no_text_layer():
    with pytest.raises(NoTextLayer) as raised:
        extract(pdf_pages(None, blank=2))

    assert raised.value.code == "NO_TEXT_LAYER"


def test_a_pdf_with_a_password_is_encrypted():
    with pytest.raises(EncryptedDocument) as raised:
        extract(pdf_pages(CONTRACT, password="secret"))

    assert raised.value.code == "DOCUMENT_ENCRYPTED"


def test_a_pdf_that_only_forbids_changes_is_read():
    assert extract(pdf_pages(CONTRACT, password="")).words > 900


@pytest.mark.parametrize("data", [CONTRACT[:2_000], b"%PDF-1.7\n" + b"garbage" * 100, b"%PDF-1.7"])
def test_a_cut_or_broken_pdf_is_broken(data):
    with pytest.raises(BrokenDocument) as raised:
        extract(data, "a.pdf")

    assert raised.value.code == "DOCUMENT_BROKEN"


def test_a_pdf_with_damaged_middle_is_read_or_refused_but_nothing_else():
    for place in range(500, len(CONTRACT), 4_001):
        data = CONTRACT[:place] + b"\xff\x00<<>>" * 20 + CONTRACT[place + 120 :]
        with suppress(BrokenDocument, NoTextLayer, EncryptedDocument):
            extract(data)


def test_a_pdf_with_too_many_pages_is_too_large():
    with pytest.raises(DocumentTooLarge, match="pages") as raised:
        extract(pdf_pages(None, blank=2_001))

    assert raised.value.details == {"limit": 2_000, "found": 2_001}


def test_reading_stops_at_its_deadline():
    with pytest.raises(DocumentTooSlow):
        extract(CONTRACT, deadline=time.monotonic() - 1)


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t ", b"\xef\xbb\xbf \n", b"<html><body><script>x</script></body></html>", a_docx(lambda d: None)],
)
def test_a_file_without_text_is_empty(data):
    with pytest.raises(EmptyDocument) as raised:
        extract(data)

    assert raised.value.code == "DOCUMENT_EMPTY"


def test_a_file_over_the_bound_is_too_large():
    with pytest.raises(DocumentTooLarge) as raised:
        extract(b"x" * 50_000_001)

    assert raised.value.code == "DOCUMENT_TOO_LARGE"


def test_text_over_the_bound_is_too_large():
    with pytest.raises(DocumentTooLarge, match="characters"):
        extract(b"word " * 1_200_000)


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, a_zip({"a": "b"}), b"\0\1\2\3" * 99],
)
def test_other_files_are_unsupported(data):
    with pytest.raises(UnsupportedDocument) as raised:
        extract(data, "a.pdf")

    assert raised.value.code == "UNSUPPORTED_DOCUMENT"


def test_the_bytes_are_believed_and_not_the_name():
    found = extract(CONTRACT, "contract.docx")

    assert found.format == "pdf"
    assert found.warnings == ["the name ends in .docx, but the content is pdf"]


def test_a_docx_gives_markdown_with_tables_and_headings():
    found = extract(render_docx("Title", MARKDOWN, {"author": "Ana"}), "a.docx")

    assert found.headings == [Heading(1, "Title"), Heading(1, "One"), Heading(2, "Two")]
    assert found.tables == [Table(["Name", "Total"], [["Peña & Ñúñez", "1.234,00 €"]])]
    assert "First *text*." in found.text
    assert "- a\n- b" in found.text
    assert found.metadata["author"] == "Ana"
    assert found.pages == [Page(1, 0, len(found.text))]


def test_text_in_tracked_insertions_and_content_controls_is_kept():
    insertion = b'<w:ins w:id="1" w:author="a"><w:r><w:t>inserted</w:t></w:r></w:ins>'
    control = b"<w:sdt><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    data = changed(
        a_docx(),
        "word/document.xml",
        lambda xml: xml.replace(b"</w:p>", insertion + b"</w:p>" + control, 1),
    )

    assert extract(data).text == "textinserted\n\ncontrolled"


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize(
    ("xml", "told"),
    [
        (LAUGHS, "entities"),
        (LAUGHS.decode().encode("utf-16"), "UTF-8"),
        (b'<?xml version="1.0" encoding="utf-7"?><x/>', "UTF-8"),
        (b"<w:document>", "damaged"),
        (b"", "damaged"),
    ],
)
def test_hostile_or_broken_xml_in_a_docx_is_refused(xml, told):
    with pytest.raises(BrokenDocument, match=told):
        extract(changed(a_docx(), "word/document.xml", lambda _: xml))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = a_zip({"word/document.xml": b"<x/>", "word/media/a.bin": b"\0" * 60_000_000})
    started = time.process_time()

    with pytest.raises(DocumentTooLarge, match="bomb"):
        extract(bomb)

    assert time.process_time() - started < 1


def test_a_zip_that_lies_about_its_size_is_refused():
    data = a_zip({"word/document.xml": b"<x/>" * 2_000_000})
    size = (8_000_000).to_bytes(4, "little")

    with pytest.raises((BrokenDocument, DocumentTooLarge)):
        extract(data.replace(size, (100).to_bytes(4, "little")))


def test_a_zip_of_too_many_files_is_refused():
    with pytest.raises(DocumentTooLarge, match="files"):
        extract(a_zip({"word/document.xml": b"<x/>"} | {f"f{n}": b"" for n in range(5_001)}))


def test_a_cut_docx_is_broken():
    with pytest.raises(BrokenDocument):
        extract(a_docx()[:-200])


def test_html_is_read_without_what_nobody_reads():
    page = (
        b"<!doctype html><html lang=en><head><title>T</title><style>.a{}</style></head><body><nav>menu</nav>"
        b"<h1>Head</h1><p>Text &amp; <b>bold</b><script>alert(1)</script></p>"
        b"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><!-- hidden --></body></html>"
    )

    found = extract(page, "page.html")

    assert re.sub(r"\s+", " ", found.text) == "# Head Text & **bold** | a | b | | --- | --- | | 1 | 2 |"
    assert found.tables == [Table(["a", "b"], [["1", "2"]])]
    assert (found.metadata["title"], found.metadata["language"]) == ("T", "en")


def test_html_nested_too_deeply_is_read_or_broken():
    page = b"<html><body>" + b"<div>" * 50_000 + b"deep" + b"</div>" * 50_000
    with suppress(BrokenDocument, EmptyDocument):
        assert "deep" in extract(page).text


def test_markdown_is_kept_and_outlined():
    found = extract(MARKDOWN.encode(), "a.md")

    assert found.text == MARKDOWN.strip()
    assert [heading.title for heading in found.headings] == ["One", "Two"]
    assert found.tables[0].rows == [["Peña & Ñúñez", "1.234,00 €"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_its_encoding(encoding):
    found = extract("Año nuevo, 5 €\r\nfin".encode(encoding), "a.txt")

    assert found.text == "Año nuevo, 5 €\nfin"
    assert found.metadata["encoding"] == encoding.removesuffix("-sig")


def test_text_full_of_control_characters_is_broken():
    with pytest.raises(BrokenDocument):
        extract(bytes([1, 2, 3, 65]) * 100)


def test_a_large_pdf_is_read_quickly():
    data = render_pdf("Long", ("A sentence of the long text. " * 30 + "\n\n") * 700, {})
    started = time.process_time()

    found = extract(data)

    assert found.characters > 600_000
    assert time.process_time() - started < 10


@pytest.mark.parametrize("part", ["#", "# ", "|", "| ", "|-", "-", "`", "\n|", "\n# ", "*", "_"])
def test_hostile_markdown_takes_no_quadratic_time(part):
    started = time.process_time()

    extract(b"x " + part.encode() * (300_000 // len(part)), "a.md")

    assert time.process_time() - started < 4
