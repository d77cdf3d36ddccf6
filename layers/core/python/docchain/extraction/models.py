"""What is known of a document once it has been read."""

from dataclasses import dataclass, field
from typing import Any

UNITS = {"pdf": "page", "pptx": "slide", "xlsx": "sheet"}


@dataclass(frozen=True, slots=True)
class Page:
    """``text[start:end]`` is the text of a page, a slide or a sheet, whose name is the label. Others have one page."""

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """``start`` is where its line begins in the text; a PDF's bookmark may name what the text says otherwise."""

    level: int
    title: str
    page: int | None = None
    start: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """``start`` and ``end`` are its place in the text, where it has one of its own."""

    header: list[str]
    rows: list[list[str]]
    page: int | None = field(default=None, compare=False)
    start: int | None = field(default=None, compare=False)
    end: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Extracted:
    """``text`` is Markdown, but for pdf and txt: there it is plain, with blank lines between paragraphs."""

    text: str
    format: str
    media_type: str
    pages: list[Page]
    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """What its pages are: page, slide, sheet, or text for formats that have none."""
        return UNITS.get(self.format, "text")

    @property
    def characters(self) -> int:
        return len(self.text)

    @property
    def words(self) -> int:
        return len(self.text.split())
