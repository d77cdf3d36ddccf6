"""Where headings and the cells of tables stand in a text that was put together without them."""

from collections.abc import Sequence
from dataclasses import replace

from docchain.extraction.models import Heading, Page


def with_places(headings: Sequence[Heading], text: str, pages: Sequence[Page]) -> list[Heading]:
    """Looked for on their pages, each after the one before; a bookmark in other words than the text has no place."""
    found: list[Heading] = []
    by_number = {page.number: page for page in pages}
    after = 0
    for heading in headings:
        page = by_number.get(heading.page or 0)
        at = -1
        if page:
            begin = max(page.start, after) if after <= page.end else page.start
            at = text.find(heading.title, begin, page.end)
        if at < 0:
            found.append(heading)
            continue
        after = at + len(heading.title)
        found.append(replace(heading, start=text.rfind("\n", 0, at) + 1))
    return found


def span_of_cells(rows: Sequence[Sequence[str]], text: str, page: Page) -> tuple[int, int] | None:
    """From the first cell to the last, when all of them stand there in their order."""
    first, after = None, page.start
    for word in " ".join(cell for row in rows for cell in row).split():
        at = text.find(word, after, page.end)
        if at < 0:
            return None
        first = at if first is None else first
        after = at + len(word)
    return None if first is None else (first, after)
