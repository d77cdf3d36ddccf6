"""Excel workbooks, each sheet a Markdown table; rows are streamed, so that the far end of a sheet costs no memory."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from docchain.extraction.archive import check_archive
from docchain.extraction.errors import BrokenDocument
from docchain.extraction.limits import MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS, check_deadline, check_size
from docchain.extraction.models import Extracted
from docchain.extraction.sheets import as_document
from docchain.extraction.tabular import CHECKED_EVERY, markdown_table

_BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError, OverflowError)


def extract_xlsx(data: bytes, *, deadline: float | None) -> Extracted:
    check_archive(data, deadline)
    import openpyxl

    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets, cells, characters = [], 0, 0
            for sheet in book.worksheets:
                rows = list(_rows(sheet, cells, characters, deadline))
                cells += sum(map(len, rows))
                characters += sum(len(cell) for row in rows for cell in row)
                sheets.append((str(sheet.title), markdown_table(rows)))
            metadata = _properties(book.properties) | {"sheets": len(sheets)}
        finally:
            book.close()
    except (*_BROKEN, zipfile.BadZipFile) as error:  # ParseError of XML is a SyntaxError
        raise BrokenDocument(f"the Excel workbook is damaged: {error}") from error
    return as_document("xlsx", sheets, metadata, [])


def _rows(sheet: Any, cells: int, characters: int, deadline: float | None) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number % CHECKED_EVERY == 0:
            check_deadline(deadline)
        cells += len(row)
        check_size("cells", cells, MAX_CELLS)
        found = [_shown(value) for value in row]
        while found and not found[-1]:
            found.pop()
        check_size("columns", len(found), MAX_COLUMNS)
        characters += sum(map(len, found))
        check_size("characters of text", characters, MAX_CHARACTERS)
        if found:
            yield found


def _shown(value: Any) -> str:
    """As a person would write it, without the figures that only floating point knows."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            day = value.replace(microsecond=0)
            return day.date().isoformat() if day.time() == time() else day.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case float():
            return f"{value:.15g}"
    return str(value)


def _properties(properties: Any) -> dict[str, Any]:
    found = {"title": properties.title, "author": properties.creator, "subject": properties.subject}
    moments = {"created": properties.created, "modified": properties.modified}
    texts = {name: str(value).strip() for name, value in found.items() if value}
    return texts | {name: value.isoformat() for name, value in moments.items() if isinstance(value, datetime)}
