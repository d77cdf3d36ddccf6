"""What one may have begun to type: names of documents and chapters with a word that begins like it."""

import re
from dataclasses import dataclass

from docchain.search.index import Index
from docchain.search.terms import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Suggestion:
    text: str
    document_ids: tuple[str, ...]


def suggest(index: Index, begun: str, most: int) -> list[Suggestion]:
    """Those that begin so come first, then those with a word that does; shorter ones before longer ones."""
    prefix = fold(" ".join(begun.split()))
    found: dict[str, list[str]] = {}
    ranks: dict[str, tuple[bool, int, str]] = {}
    for title, document_id in index.titles:
        folded = fold(title)
        if folded.startswith(prefix) or any(folded.startswith(prefix, m.start()) for m in _WORD.finditer(folded)):
            if document_id not in found.setdefault(title, []):
                found[title].append(document_id)
            ranks[title] = (not folded.startswith(prefix), len(title), title)
    best = sorted(found, key=lambda title: ranks[title])[:most]
    return [Suggestion(title, tuple(found[title][:5])) for title in best]
