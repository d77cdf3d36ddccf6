"""Where a chunk says what was asked for, as places in the document's text."""

import re
from dataclasses import dataclass

from docchain.search.models import Chunk
from docchain.search.terms import codes_of, fold, stem, terms_of

_WORD = re.compile(r"[^\W_]+(?:[-./_@#:][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
MOST = 10


@dataclass(frozen=True)
class Highlight:
    """``start`` and ``end`` count characters of the document's extracted text, as the chunk's own do."""

    start: int
    end: int
    text: str


def highlights(query: str, chunk: Chunk, most: int = MOST) -> list[Highlight]:
    """Words of the chunk with the stem of a word of the query, neighbours together; none for a paraphrase."""
    wanted, codes = set(terms_of(query)), set(codes_of(query))
    found: list[tuple[int, int]] = []
    for start, end in _said(chunk.text, wanted, codes):
        if found and not chunk.text[found[-1][1] : start].strip(" -"):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [Highlight(chunk.start + s, chunk.start + e, chunk.text[s:e]) for s, e in found[:most]]


def _said(text: str, wanted: set[str], codes: set[str]) -> list[tuple[int, int]]:
    places = []
    for token in _WORD.finditer(text):
        if fold(token[0]) in codes:
            places.append(token.span())
            continue
        parts = (p for p in _PART.finditer(token[0]) if stem(p[0]) in wanted or fold(p[0]) in wanted)
        places += [(token.start() + p.start(), token.start() + p.end()) for p in parts]
    return places
