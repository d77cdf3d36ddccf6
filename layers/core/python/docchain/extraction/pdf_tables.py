"""Tables of PDF pages that draw their lines; a table that only its spacing shows stays text.

pdfplumber gives cells exactly and takes fifty times as long as the text, so only pages with lines are asked, and not
for longer than stated.
"""

import struct
import time
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import Any

import pypdfium2.raw as pdfium

from docchain.extraction.limits import check_deadline
from docchain.extraction.models import Page, Table
from docchain.extraction.places import span_of_cells

FEWEST_LINES = 4
MOST_LINES = 3_000  # drawings have that many, and each pair of them may cross
MOST_CHARACTERS = 15_000
PAGES_MOST = 40
SECONDS_MOST = 20.0
# What pdfminer does with pages that are not as it expects them.
_BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, ArithmeticError),
    *(RecursionError, struct.error, NotImplementedError, EOFError),
)


def read_tables(
    data: bytes, document: Any, text: str, pages: Sequence[Page], deadline: float | None
) -> tuple[list[Table], list[str]]:
    """The tables, and what was left out."""
    ruled = [page for page in pages if page.end - page.start <= MOST_CHARACTERS and _has_lines(document, page)]
    if not ruled:
        return [], []
    import pdfplumber
    from pdfminer.psparser import PSException
    from pdfplumber.utils.exceptions import PdfminerException

    stop = time.monotonic() + SECONDS_MOST
    tables: list[Table] = []
    unread: list[int] = [page.number for page in ruled[PAGES_MOST:]]
    try:
        with pdfplumber.open(BytesIO(data)) as plumbed:
            for page in ruled[:PAGES_MOST]:
                check_deadline(deadline)
                if time.monotonic() > stop:
                    unread.append(page.number)
                    continue
                try:
                    tables += _of_page(plumbed.pages[page.number - 1], text, page)
                except (*_BROKEN, PSException, PdfminerException):
                    unread.append(page.number)
    except (*_BROKEN, PSException, PdfminerException):
        unread = [page.number for page in ruled]
    told = ", ".join(map(str, sorted(unread)[:20]))
    return tables, [f"tables were not looked for on pages {told}"] if unread else []


def _has_lines(document: Any, page: Page) -> bool:
    loaded = document[page.number - 1]
    try:
        paths = loaded.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)
        return FEWEST_LINES <= sum(1 for _ in islice(paths, MOST_LINES + 1)) <= MOST_LINES
    finally:
        loaded.close()


def _of_page(plumbed: Any, text: str, page: Page) -> list[Table]:
    found = []
    for raw in plumbed.extract_tables():
        rows = [[" ".join((cell or "").split()) for cell in row] for row in raw]
        rows = [row for row in rows if any(row)]
        if len(rows) > 1 and len(rows[0]) > 1:
            span = span_of_cells(rows, text, page) or (None, None)
            found.append(Table(rows[0], rows[1:], page.number, *span))
    plumbed.close()
    return found
