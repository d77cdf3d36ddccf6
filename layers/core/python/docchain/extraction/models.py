"""What is known of a document once it has been read."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """``text[start:end]`` is the page's text. Formats without pages have one."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Extracted:
    """``text`` is Markdown for docx, html and md; for pdf and txt it is plain, with blank lines between paragraphs."""

    text: str
    format: str
    media_type: str
    pages: list[Page]
    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def characters(self) -> int:
        return len(self.text)

    @property
    def words(self) -> int:
        return len(self.text.split())
