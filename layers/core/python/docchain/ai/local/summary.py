"""Extractive summary: the sentences nearest to the document's centre that do not repeat each other."""

import time

import numpy as np

from docchain.ai.local.embedder import MODEL, Vectors, centred, embed
from docchain.ai.local.language import detect_language
from docchain.ai.local.sentences import Sentence, split_sentences, spread
from docchain.ai.models import Answer, Usage

MAX_EMBEDDED = 100  # about 2 s on two cores
SHORTEST_WORDS = 6
LONGEST = 450
RELEVANCE = 0.65  # against not repeating what is chosen already
MARKS = "-*•·>#0123456789"
LEAD = 0.08  # what stands first says more often what the document is


def summarize(text: str, sentences: int = 5, language: str | None = None) -> Answer:
    """``data["sentences"]`` has the chosen ones with their places in ``text``, in the order of the text."""
    started = time.monotonic()
    every = split_sentences(text)
    usable = [s for s in every if text[s.start] not in MARKS and _is_prose(s)] or every
    considered = spread(usable, MAX_EMBEDDED)
    chosen = _chosen(considered, max(1, sentences))
    return Answer(
        text=" ".join(sentence.text for sentence in chosen),
        provider="local",
        model=MODEL,
        method="extractive",
        usage=Usage(ms=round((time.monotonic() - started) * 1000)),
        data={
            "sentences": [{"text": s.text, "start": s.start, "end": s.end} for s in chosen],
            "sentences_total": len(every),
            "sentences_considered": len(considered),
            "language": language or detect_language(text)["language"],
        },
    )


def _is_prose(sentence: Sentence) -> bool:
    words = sentence.text.split()
    return (
        len(words) >= SHORTEST_WORDS
        and len(sentence.text) <= LONGEST
        and sentence.text[-1] in ".!?…"
        and sum(word[0].isalpha() for word in words) > len(words) * 0.6
    )


def _chosen(sentences: list[Sentence], wanted: int) -> list[Sentence]:
    if len(sentences) <= wanted:
        return sentences
    vectors = embed([sentence.text for sentence in sentences])
    centre: Vectors = vectors.mean(axis=0)
    relevance = vectors @ (centre / np.linalg.norm(centre))
    spreading = float(relevance.max() - relevance.min()) or 1.0
    relevance = (relevance - relevance.min()) / spreading
    relevance = relevance + LEAD * np.linspace(1.0, 0.0, len(sentences))
    likeness = centred(vectors, centre)
    likeness = likeness @ likeness.T
    picked: list[int] = []
    while len(picked) < wanted:
        repeated = likeness[:, picked].max(axis=1) if picked else np.zeros(len(sentences))
        score = RELEVANCE * relevance - (1 - RELEVANCE) * repeated
        score[picked] = -np.inf
        picked.append(int(score.argmax()))
    return [sentences[index] for index in sorted(picked)]
