"""Unit vectors in eight bits, each with its own scale: a quarter of the memory.

Measured against 32 bits (docs/search.md): a score is off by 0.001 at most, so hits nearer than that may swap places.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]
ROWS_AT_ONCE = 512
"""Rows that are widened together: they stay in the processor's cache, which is five times as fast as all at once."""


def narrowed(vectors: Floats) -> tuple[Bytes, Floats]:
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9) / 127
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def cosines(rows: Bytes, scales: Floats, query: Floats) -> Floats:
    """Of one unit vector with each row."""
    found = np.empty(len(rows), dtype=np.float32)
    wide = np.empty((ROWS_AT_ONCE, rows.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        np.copyto(wide[: len(part)], part, casting="unsafe")
        np.dot(wide[: len(part)], query, out=found[start : start + len(part)])
    return found * scales
