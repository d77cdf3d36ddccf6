"""One door for all formats."""

from docchain.extraction.errors import EmptyDocument
from docchain.extraction.limits import MAX_BYTES, MAX_CHARACTERS, MAX_HTML_BYTES, check_deadline, check_size
from docchain.extraction.models import Extracted, Page
from docchain.extraction.sniffing import MEDIA_TYPES, sniff_format

OFFICE = ("docx", "pptx", "xlsx")


def extract(
    data: bytes, filename: str | None = None, max_pages: int | None = None, *, deadline: float | None = None
) -> Extracted:
    """Text and structure of a file of one of the MEDIA_TYPES, whatever its name says.

    ``deadline`` is a reading of ``time.monotonic()``. Raises a subclass of UnreadableDocument.
    """
    if max_pages is not None and max_pages < 1:
        raise ValueError("max_pages counts from 1")
    if not data.strip():
        raise EmptyDocument("the file is empty")
    check_size("bytes", len(data), MAX_BYTES)
    check_deadline(deadline)
    kind, warnings = sniff_format(data, filename)
    found = _read(data, kind, max_pages, deadline)
    check_size("characters of text", found.characters, MAX_CHARACTERS)
    if not found.text.strip():
        raise EmptyDocument("the document has no text")
    found.warnings[:0] = warnings
    return found


def _read(data: bytes, kind: str, max_pages: int | None, deadline: float | None) -> Extracted:
    # Each reader is loaded when its format is met: together they would cost 0.3 s of every cold start.
    if kind == "pdf":
        from docchain.extraction.pdf import extract_pdf

        return extract_pdf(data, max_pages=max_pages, deadline=deadline)
    if kind in OFFICE:
        return _read_office(data, kind, deadline)
    if kind == "eml":
        from docchain.extraction.mail import mail_to_markdown

        text, metadata, warnings = mail_to_markdown(data)
        return _as_markdown(text, kind, metadata, warnings)
    return _read_text(data, kind, deadline)


def _read_office(data: bytes, kind: str, deadline: float | None) -> Extracted:
    if kind == "docx":
        from docchain.extraction.docx import docx_to_markdown

        text, metadata, warnings = docx_to_markdown(data, deadline)
        return _as_markdown(text, kind, metadata, warnings)
    if kind == "pptx":
        from docchain.extraction.pptx import extract_pptx

        return extract_pptx(data, deadline=deadline)
    from docchain.extraction.xlsx import extract_xlsx

    return extract_xlsx(data, deadline=deadline)


def _read_text(data: bytes, kind: str, deadline: float | None) -> Extracted:
    from docchain.extraction.decoding import decode_text

    text, encoding, warnings = decode_text(data, declared=kind == "html")
    if kind == "html":
        from docchain.extraction.html import html_to_markdown

        check_size("bytes of HTML", len(data), MAX_HTML_BYTES)
        text, metadata = html_to_markdown(text)
        return _as_markdown(text, kind, metadata | {"encoding": encoding}, warnings)
    if kind == "csv":
        from docchain.extraction.tabular import csv_to_markdown

        text, metadata = csv_to_markdown(text, deadline)
        return _as_markdown(text, kind, metadata | {"encoding": encoding}, warnings)
    text = text.strip()
    if kind == "md":
        return _as_markdown(text, kind, {"encoding": encoding}, warnings)
    return Extracted(
        text, kind, MEDIA_TYPES[kind], [Page(1, 0, len(text))], metadata={"encoding": encoding}, warnings=warnings
    )


def _as_markdown(text: str, kind: str, metadata: dict[str, object], warnings: list[str]) -> Extracted:
    from docchain.extraction.outline import outline

    headings, tables = outline(text)
    return Extracted(text, kind, MEDIA_TYPES[kind], [Page(1, 0, len(text))], headings, tables, metadata, warnings)
