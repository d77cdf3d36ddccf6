"""Where in a document something stands: its page, slide or sheet, the headings above it, and its characters.

A place is a span of characters of the extracted text; ``source_of`` says it in the words of who reads the document.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from docchain.extraction.models import UNITS, Extracted, Heading, Page, Table


@dataclass(frozen=True, slots=True)
class Section:
    """From its heading to the next one of its level or a higher one."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """``text[start:end]``; ``unit`` says what ``page`` counts: page, slide or sheet. A text without pages has none."""

    start: int
    end: int
    unit: str
    page: int | None = None
    last_page: int | None = None
    label: str | None = None
    section: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        found = asdict(self) | {"section": list(self.section)}
        return {name: value for name, value in found.items() if value not in (None, [])}


@dataclass(frozen=True)
class Structure:
    """Pages lie in order and do not overlap; sections are in the order of their headings and nest."""

    unit: str
    pages: Sequence[Page]
    sections: Sequence[Section]
    tables: Sequence[Table]

    def page_at(self, position: int) -> Page | None:
        """The page that a character is on; what lies between two pages belongs to the first."""
        if self.unit == "text" or not self.pages:
            return None
        return self.pages[max(bisect_right(self.pages, position, key=lambda page: page.start) - 1, 0)]

    def path_at(self, position: int) -> tuple[str, ...]:
        """Titles of the headings above a character, the highest first."""
        before = self.sections[: bisect_right(self.sections, position, key=lambda section: section.start)]
        path: list[Section] = []
        for section in before:
            path = [*(above for above in path if above.level < section.level), section]
        return tuple(section.title for section in path)

    def source_of(self, start: int, end: int) -> Source:
        """Raises ``ValueError`` for what is no span."""
        if not 0 <= start <= end:
            raise ValueError(f"{start} to {end} is no span")
        first, last = self.page_at(start), self.page_at(max(end - 1, start))
        return Source(
            start=start,
            end=end,
            unit=self.unit,
            page=first.number if first else None,
            last_page=last.number if last and first and last.number != first.number else None,
            label=first.label if first else None,
            section=self.path_at(start),
        )


def structure_of(found: Extracted) -> Structure:
    return _structure(found.unit, found.pages, found.headings, found.tables, found.characters)


def structure_from(output: Mapping[str, Any]) -> Structure:
    """Of what a ``document_extract`` node gave: its output is the extraction as JSON."""
    pages = [Page(**page) for page in output.get("pages") or ()]
    headings = [Heading(**heading) for heading in output.get("headings") or ()]
    tables = [Table(**table) for table in output.get("tables") or ()]
    unit = UNITS.get(str(output.get("format")), "text")
    return _structure(unit, pages, headings, tables, len(str(output.get("text") or "")))


def _structure(
    unit: str, pages: Sequence[Page], headings: Sequence[Heading], tables: Sequence[Table], length: int
) -> Structure:
    placed = sorted((h.start, h.level, h.title) for h in headings if h.start is not None)
    sections = []
    # From the last to the first: what ends a section is the nearest heading below that is not deeper.
    ends: list[tuple[int, int]] = []
    for start, level, title in reversed(placed):
        while ends and ends[-1][0] > level:
            ends.pop()
        sections.append(Section(title, level, start, ends[-1][1] if ends else length))
        ends.append((level, start))
    return Structure(unit, pages, sections[::-1], tables)
