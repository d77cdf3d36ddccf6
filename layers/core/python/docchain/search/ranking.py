"""How near a chunk is to a query: by meaning, with a little for its words, and more for a code that it says.

The weights are measured (docs/search.md). Words on a par with meaning make paraphrases worse; a code has no meaning.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from docchain.search.postings import Postings
from docchain.search.vectors import Floats

K1: Final = 1.2
B: Final = 0.75
WORDS_WEIGHT: Final = 0.01
CODE_WEIGHT: Final = 0.15
"""More than what lies between the best and the worst cosine of this model, so that who says the code comes first."""


def lexical(parts: Sequence[Postings], terms: Sequence[str], live: int) -> list[Floats]:
    """BM25 of each chunk as a share of the most that the query's terms could give, from 0 to 1."""
    wanted = list(dict.fromkeys(terms))
    found = [[part.of(term) for term in wanted] for part in parts]
    counts = [sum(len(rows[number][0]) for rows in found) for number in range(len(wanted))]
    total = max(live, 1)
    idf = [math.log(1 + (total - min(n, total) + 0.5) / (min(n, total) + 0.5)) for n in counts]
    most = sum(idf) * (K1 + 1) or 1.0
    average = sum(int(p.lengths.sum()) for p in parts) / max(sum(len(p.lengths) for p in parts), 1) or 1.0
    scores = []
    for part, postings in zip(parts, found, strict=True):
        score = np.zeros(len(part.lengths), dtype=np.float32)
        for (rows, times), weight in zip(postings, idf, strict=True):
            norm = K1 * (1 - B + B * part.lengths[rows] / average)
            score[rows] += weight * (K1 + 1) * times / (times + norm)
        scores.append(score / most)
    return scores


def coded(part: Postings, codes: Sequence[str]) -> Floats:
    """The share of the query's codes that each chunk says."""
    score = np.zeros(len(part.lengths), dtype=np.float32)
    for code in codes:
        score[part.of(code)[0]] += 1 / len(codes)
    return score


def combined(similarity: Floats, words: Floats, codes: Floats) -> Floats:
    score: Floats = similarity + np.float32(WORDS_WEIGHT) * words + np.float32(CODE_WEIGHT) * codes
    return score
