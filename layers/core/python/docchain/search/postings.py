"""Which chunks say which terms, as three flat arrays: a term's chunks are one slice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docchain.search.terms import number_of

Integers = NDArray[np.int32]
_TIMES_MOST = 255


@dataclass(frozen=True)
class Postings:
    """``rows[offsets[i]:offsets[i + 1]]`` say the term whose number is ``terms[i]``, ``times`` how often."""

    terms: NDArray[np.uint64]
    offsets: Integers
    rows: Integers
    times: NDArray[np.uint8]
    lengths: Integers
    """Terms of each chunk."""

    def of(self, term: str) -> tuple[Integers, NDArray[np.uint8]]:
        number = np.uint64(number_of(term))
        place = int(np.searchsorted(self.terms, number))
        if place == len(self.terms) or self.terms[place] != number:
            return self.rows[:0], self.times[:0]
        part = slice(int(self.offsets[place]), int(self.offsets[place + 1]))
        return self.rows[part], self.times[part]

    @property
    def nbytes(self) -> int:
        return sum(a.nbytes for a in (self.terms, self.offsets, self.rows, self.times, self.lengths))


def posted(texts: Sequence[Iterable[str]]) -> Postings:
    """``texts`` are the terms of each chunk."""
    numbers: list[int] = []
    rows: list[int] = []
    times: list[int] = []
    lengths: list[int] = []
    for row, terms in enumerate(texts):
        counted = Counter(terms)
        lengths.append(counted.total())
        for term, count in counted.items():
            numbers.append(number_of(term))
            rows.append(row)
            times.append(min(count, _TIMES_MOST))
    return _grouped(
        np.array(numbers, dtype=np.uint64),
        np.array(rows, dtype=np.int32),
        np.array(times, dtype=np.uint8),
        np.array(lengths, dtype=np.int32),
    )


def merged(parts: Sequence[tuple[Postings, NDArray[np.bool_]]]) -> Postings:
    """Of the chunks that are kept of each part, numbered on; nothing is read again."""
    numbers, rows, times, lengths = [], [], [], []
    before = 0
    for postings, kept in parts:
        renumbered = (np.cumsum(kept) - 1 + before).astype(np.int32)
        staying = kept[postings.rows]
        per_term = np.repeat(postings.terms, np.diff(postings.offsets))
        numbers.append(per_term[staying])
        rows.append(renumbered[postings.rows[staying]])
        times.append(postings.times[staying])
        lengths.append(postings.lengths[kept])
        before += int(kept.sum())
    return _grouped(np.concatenate(numbers), np.concatenate(rows), np.concatenate(times), np.concatenate(lengths))


def _grouped(numbers: NDArray[np.uint64], rows: Integers, times: NDArray[np.uint8], lengths: Integers) -> Postings:
    order = np.argsort(numbers, kind="stable")
    terms, starts = np.unique(numbers[order], return_index=True)
    offsets = np.append(starts, len(numbers)).astype(np.int32)
    return Postings(terms, offsets, rows[order], times[order], lengths)
