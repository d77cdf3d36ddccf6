"""A packed piece of an index: what became of some documents, and the chunks of those that are found in it.

Segments never change. A later one's word on a document stands against an earlier one's: ``full`` brings its chunks,
``card`` changes what filters know of it, ``gone`` is its tombstone.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docchain.search.models import Chunk, Said, SearchCard
from docchain.search.postings import Integers, Postings, posted
from docchain.search.terms import terms_of
from docchain.search.vectors import Bytes, Floats, narrowed

FORMAT = 1
_ARRAYS = ("rows", "scales", "entry", "page", "start", "end", "context", "offsets", "text")
_POSTINGS = ("terms", "offsets", "rows", "times", "lengths")


@dataclass(frozen=True)
class Entry:
    document_id: str
    said: Said
    card: SearchCard | None = None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """``entry[i]`` is the place in ``entries`` of the document that chunk ``i`` is of; ``page`` 0 is none."""

    model: str
    entries: list[Entry]
    contexts: list[str]
    rows: Bytes
    scales: Floats
    entry: Integers
    page: Integers
    start: Integers
    end: Integers
    context: Integers
    offsets: NDArray[np.int64]
    text: NDArray[np.uint8]
    postings: Postings

    def __len__(self) -> int:
        return len(self.rows)

    def text_of(self, row: int) -> str:
        return self.text[self.offsets[row] : self.offsets[row + 1]].tobytes().decode()

    def chunk(self, row: int) -> Chunk:
        return Chunk(
            text=self.text_of(row),
            start=int(self.start[row]),
            end=int(self.end[row]),
            page=int(self.page[row]) or None,
            context=self.contexts[int(self.context[row])],
        )

    @property
    def nbytes(self) -> int:
        return sum(int(getattr(self, name).nbytes) for name in _ARRAYS) + self.postings.nbytes


def make_segment(model: str, dims: int, documents: Sequence[tuple[Entry, Sequence[Chunk], Floats]]) -> Segment:
    """``documents``: what is said of each, its chunks and their unit vectors, as many."""
    chunks = [chunk for _, those, _ in documents for chunk in those]
    contexts = list(dict.fromkeys(chunk.context for chunk in chunks))
    places = {context: place for place, context in enumerate(contexts)}
    texts = [chunk.text.encode() for chunk in chunks]
    vectors = np.concatenate([np.empty((0, dims), np.float32), *(v.reshape(-1, dims) for _, _, v in documents)])
    rows, scales = narrowed(vectors.astype(np.float32))
    counts = [len(those) for _, those, _ in documents]
    return Segment(
        model=model,
        entries=[entry for entry, _, _ in documents],
        contexts=contexts,
        rows=rows,
        scales=scales,
        entry=np.repeat(np.arange(len(documents)), counts).astype(np.int32),
        page=np.array([chunk.page or 0 for chunk in chunks], dtype=np.int32),
        start=np.array([chunk.start for chunk in chunks], dtype=np.int32),
        end=np.array([chunk.end for chunk in chunks], dtype=np.int32),
        context=np.array([places[chunk.context] for chunk in chunks], dtype=np.int32),
        offsets=np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64),
        text=np.frombuffer(b"".join(texts), dtype=np.uint8),
        postings=posted([terms_of(f"{chunk.context} {chunk.text}") for chunk in chunks]),
    )


def pack(segment: Segment) -> bytes:
    """Arrays as numpy writes them, in a zip; nothing in it is ever executed."""
    head = {
        "format": FORMAT,
        "model": segment.model,
        "contexts": segment.contexts,
        "entries": [
            {
                "document_id": e.document_id,
                "said": e.said.value,
                "card": e.card.model_dump(mode="json") if e.card else None,
                "titles": e.titles,
            }
            for e in segment.entries
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("head.json", json.dumps(head, ensure_ascii=False))
        for name in _ARRAYS:
            _write(archive, name, getattr(segment, name))
        for name in _POSTINGS:
            _write(archive, f"postings_{name}", getattr(segment.postings, name))
    return out.getvalue()


def unpack(data: bytes) -> Segment:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        head: dict[str, Any] = json.loads(archive.read("head.json"))
        if head["format"] != FORMAT:
            raise ValueError(f"segment of format {head['format']}")
        arrays = {name: _read(archive, name) for name in _ARRAYS}
        postings = Postings(**{name: _read(archive, f"postings_{name}") for name in _POSTINGS})
    entries = [
        Entry(
            e["document_id"],
            Said(e["said"]),
            SearchCard.model_validate(e["card"]) if e["card"] else None,
            tuple(e["titles"]),
        )
        for e in head["entries"]
    ]
    return Segment(model=head["model"], entries=entries, contexts=head["contexts"], postings=postings, **arrays)


def _write(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with archive.open(f"{name}.npy", "w") as member:
        np.lib.format.write_array(member, array, allow_pickle=False)


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
    return array
