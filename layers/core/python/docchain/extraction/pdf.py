"""PDF files, page by page through pdfium, so that a slow one can be stopped between pages."""

import re
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from docchain.extraction.errors import BrokenDocument, EncryptedDocument, NoTextLayer
from docchain.extraction.limits import MAX_CHARACTERS, MAX_PAGES, check_deadline, check_size
from docchain.extraction.models import Extracted, Heading, Page
from docchain.extraction.pdf_lines import Line, find_headings, join_lines, without_running_lines
from docchain.extraction.pdf_tables import read_tables
from docchain.extraction.places import with_places
from docchain.extraction.sniffing import MEDIA_TYPES

FIELDS = {"Title": "title", "Author": "author", "Subject": "subject", "Creator": "creator", "Producer": "producer"}
DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
HYPHEN_AT_LINE_END = "\ufffe"  # pdfium's mark for a word that was broken
BLANKS = re.compile(r"[ \u00a0]+")
PAGE_BREAK = "\n\n"


def extract_pdf(data: bytes, *, max_pages: int | None, deadline: float | None) -> Extracted:
    document = _opened(data)
    try:
        return _read(data, document, max_pages, deadline)
    except pypdfium2.PdfiumError as error:
        raise BrokenDocument(f"the PDF is damaged: {error}") from error
    except RecursionError as error:
        raise BrokenDocument("the PDF's parts are nested too deeply") from error
    finally:
        document.close()


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise EncryptedDocument("the PDF is protected by a password") from error
        raise BrokenDocument("the PDF is damaged and cannot be opened") from error


def _read(data: bytes, document: Any, max_pages: int | None, deadline: float | None) -> Extracted:
    total = len(document)
    read = min(total, max_pages or total)
    check_size("pages", read, MAX_PAGES)
    raw, characters = [], 0
    for number in range(1, read + 1):
        check_deadline(deadline)
        raw.append(_lines(document, number))
        characters += sum(len(line.text) + 1 for line in raw[-1])
        check_size("characters of text", characters, MAX_CHARACTERS)
    if not any(raw):
        raise NoTextLayer("no page has a text layer: this looks like a scan, and pictures of text are not recognised")
    lines, running = without_running_lines(raw)
    text, pages = _joined([join_lines(page) for page in lines])
    metadata = _metadata(document) | {"pages": total}
    tables, untold = read_tables(data, document, text, pages, deadline)
    headings = _outline(document) or find_headings([line for page in lines for line in page])
    return Extracted(
        text=text,
        format="pdf",
        media_type=MEDIA_TYPES["pdf"],
        pages=pages,
        headings=with_places(headings, text, pages),
        tables=tables,
        metadata=metadata | ({"running_lines": running} if running else {}),
        warnings=_warnings([number for number, page in enumerate(raw, start=1) if not page], read, total) + untold,
    )


def _joined(texts: list[str]) -> tuple[str, list[Page]]:
    """The whole text and where each page lies in it; a sentence that goes on overleaf stays one."""
    whole, pages, position = [], [], 0
    for number, text in enumerate(texts, start=1):
        if number > 1:
            gap = "\n" if text[:1].islower() else PAGE_BREAK
            whole.append(gap)
            position += len(gap)
        pages.append(Page(number, position, position + len(text)))
        whole.append(text)
        position += len(text)
    return "".join(whole), pages


def _lines(document: Any, number: int) -> list[Line]:
    page = document[number - 1]
    textpage = page.get_textpage()
    lines, index = [], 0
    for raw in textpage.get_text_range().split("\r\n"):
        text = BLANKS.sub(" ", raw.replace(HYPHEN_AT_LINE_END, "-").replace("\0", "")).rstrip()
        if text.strip():
            first = min(index + len(raw) - len(raw.lstrip()), max(textpage.count_chars() - 1, 0))
            size = round(pdfium.FPDFText_GetFontSize(textpage, first), 1)
            # The loose box of a glyph depends on its font only, so its lower edge is as good as the baseline.
            lines.append(Line(text, size, textpage.get_charbox(first, loose=True)[1], number))
        index += len(raw) + 2
    textpage.close()
    page.close()
    return lines


def _outline(document: Any) -> list[Heading]:
    found = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        found.append(Heading(bookmark.level + 1, bookmark.get_title().strip(), None if index is None else index + 1))
    return [heading for heading in found if heading.title]


def _metadata(document: Any) -> dict[str, Any]:
    raw = document.get_metadata_dict(skip_empty=True)
    found = {name: raw[field] for field, name in FIELDS.items() if field in raw}
    for field, name in (("CreationDate", "created"), ("ModDate", "modified")):
        match = DATE.match(raw.get(field, ""))
        if match:
            day = "-".join(match.groups()[:3])
            found[name] = f"{day}T{match[4]}:{match[5]}:{match[6]}" if match[4] else day
    return found


def _warnings(empty: list[int], read: int, total: int) -> list[str]:
    found = []
    if empty:
        found.append(f"no text layer on {'page' if len(empty) == 1 else 'pages'} {', '.join(map(str, empty[:20]))}")
    if read < total:
        found.append(f"only the first {read} of {total} pages were read")
    return found
