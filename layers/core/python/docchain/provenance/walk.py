"""From a document to its parents, and theirs, until nothing is left or a limit is met."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from docchain.documents.models import Document

DOCUMENTS_MOST: Final = 1_000
DEPTH_MOST: Final = 50

ReadMany = Callable[[Iterable[str]], Mapping[str, Document]]


@dataclass(frozen=True)
class Lineage:
    """``documents`` nearest first, each once. ``missing`` are deleted ones, of which only the id is known.

    ``is_whole`` is false when a limit ended the walk before the roots.
    """

    documents: tuple[Document, ...]
    missing: tuple[str, ...]
    is_whole: bool


def walk_back(start: Document, read_many: ReadMany, depth: int = DEPTH_MOST, most: int = DOCUMENTS_MOST) -> Lineage:
    """A call of ``read_many`` per generation, however many parents there are."""
    found = {start.id: start}
    missing: list[str] = []
    generation, is_whole = [start], True
    for _ in range(depth):
        wanted = sorted({p for d in generation for p in parents_of(d)} - found.keys() - set(missing))
        room = most - len(found)
        if len(wanted) > room:
            wanted, is_whole = wanted[:room], False
        if not wanted:
            break
        read = read_many(wanted)
        missing += [document_id for document_id in wanted if document_id not in read]
        generation = [read[document_id] for document_id in wanted if document_id in read]
        found |= {document.id: document for document in generation}
    else:
        is_whole = is_whole and not {p for d in generation for p in parents_of(d)} - found.keys() - set(missing)
    return Lineage(tuple(found.values()), tuple(missing), is_whole)


def parents_of(document: Document) -> list[str]:
    return [str(parent) for parent in document.origin.get("parents", [])]
