"""Lines of a PDF page put together into paragraphs, and the ones that are headings.

A PDF knows only glyphs at places. A paragraph ends where the distance to the next line is larger than usual on its
page, or the size of the letters changes; a heading is a short line in larger letters than the document's body.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from docchain.extraction.models import Heading

LARGER_STEP = 1.25
HEADING_FACTOR = 1.12
LONGEST_HEADING = 120
LEVELS = 4
EDGE_LINES = 2
MIN_REPEATED = 2
REPEATED_SHARE = 0.6
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    size: float
    baseline: float
    page: int


def join_lines(lines: list[Line]) -> str:
    """The page's text: one newline between lines of a paragraph, two between paragraphs."""
    steps = [a.baseline - b.baseline for a, b in pairwise(lines) if a.baseline > b.baseline]
    usual = median(steps) if steps else 0.0
    parts: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            parts.append("\n\n" if _starts_paragraph(before, line, usual) else "\n")
        parts.append(line.text)
    return "".join(parts)


def _starts_paragraph(before: Line, line: Line, usual: float) -> bool:
    step = before.baseline - line.baseline
    return abs(before.size - line.size) > 0.5 or step < -1 or step > usual * LARGER_STEP


def without_running_lines(pages: list[list[Line]]) -> tuple[list[list[Line]], list[str]]:
    """The pages without the headers and footers that most of them repeat, and those, with # for their numbers."""
    seen = Counter(mark for page in pages for mark in {_mark(line) for line in _edges(page)})
    running = {mark for mark, times in seen.items() if times >= MIN_REPEATED and times > len(pages) * REPEATED_SHARE}
    kept = []
    for page in pages:
        edges = _edges(page)
        kept.append([line for line in page if not (line in edges and _mark(line) in running)])
    return kept, sorted({text for text, _ in running})


def _edges(page: list[Line]) -> list[Line]:
    return [*page[:EDGE_LINES], *page[-EDGE_LINES:]]


def _mark(line: Line) -> tuple[str, float]:
    """With the size of its letters, so that a title is not taken for the header that repeats it."""
    return DIGITS.sub("#", line.text.strip()), line.size


def find_headings(lines: list[Line]) -> list[Heading]:
    weights: dict[float, int] = {}
    for line in lines:
        weights[line.size] = weights.get(line.size, 0) + len(line.text)
    if not weights:
        return []
    body = max(weights, key=lambda size: weights[size])
    large = [line for line in lines if _looks_like_heading(line, body)]
    sizes = sorted({line.size for line in large}, reverse=True)[:LEVELS]
    return [Heading(sizes.index(line.size) + 1, line.text, line.page) for line in large if line.size in sizes]


def _looks_like_heading(line: Line, body: float) -> bool:
    text = line.text.strip()
    return (
        line.size > body * HEADING_FACTOR
        and 2 < len(text) <= LONGEST_HEADING
        and any(c.isalpha() for c in text)
        and not text.endswith((".", ",", ";"))
    )
