"""A text cut along its structure: a chunk never crosses a page or a heading, and says where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from docchain.extraction.models import Extracted
from docchain.extraction.outline import HEADING
from docchain.extraction.structure import Structure, structure_of
from docchain.search.limits import CHUNK_CHARACTERS, CHUNKS_PER_DOCUMENT, CONTEXT_CHARACTERS, TITLES_PER_DOCUMENT
from docchain.search.models import Chunk

_BLOCK = re.compile(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")
_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
_CUTS = ("\n", ". ", "? ", "! ", "; ", ", ", " ")


@dataclass(frozen=True)
class _Block:
    start: int
    end: int
    context: str


def chunks_of(found: Extracted, most: int = CHUNKS_PER_DOCUMENT) -> tuple[list[Chunk], bool]:
    """The chunks in order, and whether the text had more of them."""
    starts = [page.start for page in found.pages]
    structure = structure_of(found)
    chunks: list[Chunk] = []
    for start, end, context in _packed(_blocks(found, structure), starts):
        if len(chunks) == most:
            return chunks, True
        page = structure.page_at(start)
        number = page.number if page else None
        chunks.append(Chunk(text=found.text[start:end], start=start, end=end, page=number, context=context))
    return chunks, False


def titles_of(found: Extracted) -> list[str]:
    return list(dict.fromkeys(heading.title[:200] for heading in found.headings))[:TITLES_PER_DOCUMENT]


def _packed(blocks: Iterator[_Block], starts: list[int]) -> Iterator[tuple[int, int, str]]:
    """Neighbours together as long as they fit and stand on one page below one heading."""
    held: _Block | None = None
    for block in blocks:
        if held and _belongs(held, block, starts):
            held = _Block(held.start, block.end, held.context)
            continue
        if held:
            yield held.start, held.end, held.context
        held = block
    if held:
        yield held.start, held.end, held.context


def _belongs(held: _Block, block: _Block, starts: list[int]) -> bool:
    one_page = bisect_right(starts, held.start) == bisect_right(starts, block.start)
    return one_page and held.context == block.context and block.end - held.start <= CHUNK_CHARACTERS


def _blocks(found: Extracted, structure: Structure) -> Iterator[_Block]:
    """Paragraphs, list items and tables, none longer than a chunk; headings become the context of what follows."""
    path: list[tuple[int, str]] = []
    # Where the format has no marks for headings, they stand in the text as lines like any other.
    plain = {h.title: h.level for h in found.headings}
    for match in _BLOCK.finditer(found.text):
        start, end = match.span()
        block = match[0]
        heading = HEADING.match(block.split("\n", 1)[0])
        if heading:
            path = _below(path, len(heading[1]), heading[2].strip().rstrip("#").strip())
            after = block.find("\n")
            if after < 0:
                continue
            start += after + 1
        elif block.strip() in plain:
            path = _below(path, plain[block.strip()], block.strip())
            continue
        above = structure.path_at(start) or [title for _, title in path]
        context = " > ".join(above)[-CONTEXT_CHARACTERS:]
        yield from _pieces(found.text, start, end, _with_columns(found.text[start:end], context))


def _below(path: list[tuple[int, str]], level: int, title: str) -> list[tuple[int, str]]:
    return [*(above for above in path if above[0] < level), (level, title)]


def _with_columns(block: str, context: str) -> str:
    """The rows of a table that is cut still say what their columns are."""
    first, _, rest = block.partition("\n")
    if len(block) <= CHUNK_CHARACTERS or "|" not in first or not _RULE.match(rest.split("\n", 1)[0]):
        return context
    columns = " ".join(cell.strip() for cell in first.strip("| \t").split("|"))
    return f"{context} | {columns}"[-CONTEXT_CHARACTERS:] if context else columns[:CONTEXT_CHARACTERS]


def _pieces(text: str, start: int, end: int, context: str) -> Iterator[_Block]:
    while end - start > CHUNK_CHARACTERS:
        cut = _cut(text, start)
        yield _Block(start, _trimmed(text, start, cut), context)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield _Block(start, _trimmed(text, start, end), context)


def _cut(text: str, start: int) -> int:
    """Behind the last line, sentence or word that fits, the better one of those in the second half of the piece."""
    window = text[start : start + CHUNK_CHARACTERS]
    for mark in _CUTS:
        place = window.rfind(mark, CHUNK_CHARACTERS // 2)
        if place > 0:
            return start + place + len(mark)
    return start + CHUNK_CHARACTERS


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
