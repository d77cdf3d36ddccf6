"""Which of some labels a text is nearest to, without training."""

from typing import Any

import numpy as np

from docchain.ai.local.embedder import Vectors, centred, embed
from docchain.ai.local.sentences import split_sentences, spread

MAX_EMBEDDED = 16
SHARPNESS = 10.0

# A label by itself says little to the model, so ours come with what such a document is about.
DEFAULT_LABELS = {
    "contract": "a contract or service agreement between parties, with obligations, term, liability and termination",
    "invoice": "an invoice or bill with items, amounts due, tax and payment details",
    "report": "a report on results, sales, figures and progress of a quarter or year, with conclusions",
    "letter": "a letter or e-mail message addressed to a person",
    "policy": "an internal policy, rules or procedure that employees must follow",
    "resume": "the curriculum vitae of a person with work experience, education and skills",
    "article": "a news or magazine article that tells what happened",
    "manual": "a technical manual or instructions on how to use a product",
}


def classify(text: str, labels: tuple[str, ...] = ()) -> dict[str, Any]:
    """The nearest label and the share of each; the labels are the given ones, or kinds of business documents."""
    names = labels or tuple(DEFAULT_LABELS)
    described = [DEFAULT_LABELS.get(name, name) for name in names] if not labels else list(names)
    targets = embed([f"This document is {description}" for description in described])
    sentences = [s.text for s in spread(split_sentences(text), MAX_EMBEDDED)]
    parts = embed([text[:500], *sentences])
    shares = _shares(parts, targets)
    best = int(shares.argmax())
    return {
        "label": names[best],
        "confidence": round(float(shares[best]), 3),
        "scores": {name: round(float(share), 3) for name, share in zip(names, shares, strict=True)},
    }


def _shares(parts: Vectors, targets: Vectors) -> Vectors:
    # The beginning tells best what a document is, and weighs as much as all that follows.
    weights = np.full(len(parts), 0.5 / max(len(parts) - 1, 1))
    weights[0] = 0.5
    document = (weights[:, None] * parts).sum(axis=0)
    middle: Vectors = targets.mean(axis=0)
    scores = np.exp(SHARPNESS * (centred(targets, middle) @ centred(document, middle)))
    shares: Vectors = scores / scores.sum()
    return shares
