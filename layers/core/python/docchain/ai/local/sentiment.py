"""Sentiment by the nearest of three centres, each the mean of sentences whose sentiment is known."""

from functools import cache
from typing import Any

import numpy as np

from docchain.ai.local.embedder import Vectors, centred, embed
from docchain.ai.local.seeds import SEEDS
from docchain.ai.local.sentences import split_sentences, spread

MAX_EMBEDDED = 24
SHARPNESS = 6.0


def sentiment(text: str) -> dict[str, Any]:
    """``score`` from -1 to 1 and a label; of a long text, the mean over sentences taken evenly from it."""
    every = split_sentences(text)
    considered = spread(every, MAX_EMBEDDED)
    if not considered:  # blank, or nothing but the rows of a table
        return {
            "label": "neutral",
            "score": 0.0,
            "confidence": 0.0,
            "sentences_considered": 0,
            "sentences_total": 0,
        }
    shares = _shares(embed([sentence.text for sentence in considered]))
    mean = shares.mean(axis=0)
    label = list(SEEDS)[int(mean.argmax())]
    return {
        "label": label,
        "score": round(float(mean[0] - mean[2]), 3),
        "confidence": round(float(mean.max()), 3),
        "sentences_considered": len(considered),
        "sentences_total": len(every),
    }


def _shares(vectors: Vectors) -> Vectors:
    """For each row, how much of it is positive, neutral and negative."""
    middle, centres = _centres()
    scores = np.exp(SHARPNESS * (centred(vectors, middle) @ centres.T))
    shares: Vectors = scores / scores.sum(axis=1, keepdims=True)
    return shares


@cache
def _centres() -> tuple[Vectors, Vectors]:
    groups = [embed(sentences) for sentences in SEEDS.values()]
    middle: Vectors = np.concatenate(groups).mean(axis=0)
    return middle, centred(np.stack([group.mean(axis=0) for group in groups]), middle)
