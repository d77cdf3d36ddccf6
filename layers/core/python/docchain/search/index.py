"""A tenant's index in memory: segments side by side, and what is found of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from docchain.search.errors import ModelMismatch
from docchain.search.limits import FACET_CHUNKS, FACET_VALUES
from docchain.search.merging import standing
from docchain.search.models import Filters, Found, SearchCard
from docchain.search.ranking import coded, combined, lexical
from docchain.search.segments import Segment
from docchain.search.terms import codes_of, terms_of
from docchain.search.vectors import Floats, cosines

Rows = NDArray[np.bool_]


class Mode(StrEnum):
    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"


@dataclass(frozen=True)
class Asked:
    """``vector`` is the query's, of the index's model; ``None`` for a search by words alone."""

    text: str
    vector: Floats | None
    mode: Mode = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    top: int = 10
    per_document: int = 3
    facets: bool = False
    least: float = 0.0


@dataclass(frozen=True)
class Answered:
    """``facets``: of the documents of the best chunks, how many have each value."""

    hits: list[Found]
    facets: dict[str, dict[str, int]]
    searched: int
    """Chunks that the filters let through."""


@dataclass(frozen=True)
class Index:
    model: str
    segments: Sequence[Segment]

    def __post_init__(self) -> None:
        if wrong := {s.model for s in self.segments} - {self.model}:
            raise ModelMismatch(f"An index of {self.model} was given segments of {', '.join(sorted(wrong))}.")

    @cached_property
    def _standing(self) -> tuple[dict[str, SearchCard], list[NDArray[np.bool_]]]:
        state = standing(self.segments)
        return state.cards, state.alive

    @property
    def cards(self) -> dict[str, SearchCard]:
        return self._standing[0]

    @cached_property
    def _living(self) -> list[Rows]:
        return [alive[s.entry] for s, alive in zip(self.segments, self._standing[1], strict=True)]

    @cached_property
    def chunks(self) -> int:
        return int(sum(rows.sum() for rows in self._living))

    @cached_property
    def titles(self) -> list[tuple[str, str]]:
        """What documents and their chapters are called, each with the document."""
        found = []
        for segment, alive in zip(self.segments, self._standing[1], strict=True):
            for number in np.flatnonzero(alive):
                entry = segment.entries[number]
                card = self.cards[entry.document_id]
                found += [(title, card.id) for title in (card.filename, *entry.titles)]
        return found

    @property
    def nbytes(self) -> int:
        return sum(s.nbytes for s in self.segments) + sum(r.nbytes for r in self._living)

    def search(self, asked: Asked) -> Answered:
        admitted = self._admitted(asked.filters)
        searched = int(sum(rows.sum() for rows in admitted))
        if not searched:
            return Answered([], {}, 0)
        similarity, words, score = self._scores(asked)
        flat = np.concatenate([np.where(rows, s, -np.inf) for rows, s in zip(admitted, score, strict=True)])
        bounds = np.cumsum([0, *(len(s) for s in self.segments)])
        facets = self._facets(_best(flat, FACET_CHUNKS), bounds) if asked.facets else {}
        hits: list[Found] = []
        taken: Counter[str] = Counter()
        # Enough that some may be left out, for a document is heard only so often.
        for place in _best(flat, asked.top * 20):
            part, row = self._at(int(place), bounds)
            segment = self.segments[part]
            document_id = segment.entries[int(segment.entry[row])].document_id
            if flat[place] < asked.least or taken[document_id] >= asked.per_document:
                continue
            taken[document_id] += 1
            found = Found(
                card=self.cards[document_id],
                chunk=segment.chunk(row),
                score=round(float(flat[place]), 5),
                similarity=round(float(similarity[part][row]), 5),
                lexical=round(float(words[part][row]), 5),
            )
            hits.append(found)
            if len(hits) == asked.top:
                break
        return Answered(hits, facets, searched)

    def _scores(self, asked: Asked) -> tuple[list[Floats], list[Floats], list[Floats]]:
        empty = [np.zeros(len(s), dtype=np.float32) for s in self.segments]
        words = codes = similarity = empty
        postings = [s.postings for s in self.segments]
        if asked.mode is not Mode.SEMANTIC:
            words = lexical(postings, list(terms_of(asked.text)), self.chunks)
            if found := codes_of(asked.text):
                codes = [coded(part, found) for part in postings]
        if asked.mode is Mode.LEXICAL or asked.vector is None:
            # What says none of the words is not found by words.
            return empty, words, [np.where(w > 0, w, -np.inf) for w in words]
        vector = asked.vector
        similarity = [cosines(s.rows, s.scales, vector) for s in self.segments]
        return similarity, words, [combined(*three) for three in zip(similarity, words, codes, strict=True)]

    def _admitted(self, filters: Filters) -> list[Rows]:
        if filters.is_empty:
            return self._living
        admitted = {document_id for document_id, card in self.cards.items() if filters.admits(card)}
        rows = []
        for segment, living in zip(self.segments, self._living, strict=True):
            entries = np.array([e.document_id in admitted for e in segment.entries], dtype=bool)
            rows.append(living & entries[segment.entry] if len(segment) else living)
        return rows

    def _facets(self, places: NDArray[np.int64], bounds: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        documents = set()
        for place in places:
            part, row = self._at(int(place), bounds)
            segment = self.segments[part]
            documents.add(segment.entries[int(segment.entry[row])].document_id)
        counts: dict[str, Counter[str]] = {"media_type": Counter(), "tag": Counter(), "collection": Counter()}
        for document_id in documents:
            card = self.cards[document_id]
            counts["media_type"][card.media_type] += 1
            counts["tag"].update(card.tags)
            counts["collection"].update(card.collections)
        return {name: dict(sorted(c.items(), key=lambda p: (-p[1], p[0]))[:FACET_VALUES]) for name, c in counts.items()}

    def _at(self, place: int, bounds: NDArray[np.int64]) -> tuple[int, int]:
        part = int(np.searchsorted(bounds, place, side="right")) - 1
        return part, place - int(bounds[part])


def _best(scores: Floats, most: int) -> NDArray[np.int64]:
    """Places of the highest scores, best first; of two that are equal the earlier one."""
    count = min(most, len(scores))
    places = np.argpartition(-scores, count - 1)[:count]
    ordered = places[np.lexsort((places, -scores[places]))]
    kept: NDArray[np.int64] = ordered[np.isfinite(scores[ordered])].astype(np.int64)
    return kept
