"""Slides and sheets put together as one Markdown text, each with its place in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docchain.extraction.errors import EmptyDocument
from docchain.extraction.models import Extracted, Heading, Page, Table
from docchain.extraction.outline import outline
from docchain.extraction.sniffing import MEDIA_TYPES

GAP = "\n\n"


def as_document(
    kind: str, parts: Sequence[tuple[str, str]], metadata: dict[str, Any], warnings: list[str]
) -> Extracted:
    """``parts`` are titles with their Markdown. Every part has its page, be it empty; its title heads it."""
    pages: list[Page] = []
    headings: list[Heading] = []
    tables: list[Table] = []
    written, position = [], 0
    if not any(body.strip() for _, body in parts) and kind == "xlsx":
        raise EmptyDocument("no sheet has a cell with a value")
    for number, (title, body) in enumerate(parts, start=1):
        if number > 1:
            written.append(GAP)
            position += len(GAP)
        text = f"## {title}{GAP}{body}".strip() if title else body.strip()
        found, rows = outline(text)
        headings += [replace(h, page=number, start=(h.start or 0) + position) for h in found]
        tables += [replace(t, page=number, start=(t.start or 0) + position, end=(t.end or 0) + position) for t in rows]
        pages.append(Page(number, position, position + len(text), title or None))
        written.append(text)
        position += len(text)
    return Extracted("".join(written), kind, MEDIA_TYPES[kind], pages, headings, tables, metadata, warnings)
