"""Sentences that say what changed, why, what is at risk and what was decided, the weightiest first.

A sentence counts when it has a cue of English or Spanish; how near it is to what the whole is about, by its vector,
decides between equals. Nothing is inferred: each insight is a sentence of the text, with its place.
"""

import re
from typing import Any, Final

import numpy as np

from docchain.ai.local.embedder import embed
from docchain.ai.local.sentences import Sentence, split_sentences

LOOKED_AT: Final = 1_000_000
MOST: Final = 10
MAX_EMBEDDED: Final = 40
LIMITS: Final = "sentences with a cue of English or Spanish, as they stand; nothing is inferred"
_SENTENCE_CHARACTERS: Final = 600
_SHORTEST_WORDS: Final = 5

_CUES: Final = {
    "conclusion": r"conclu\w+|in short|overall|therefore|as a result|por lo tanto|por tanto|en resumen|en definitiva|"
    r"en consecuencia",
    "decision": r"decid\w+|approved|resolved to|agreed to|aprob\w+|acord\w+|acuerda\w*|recommend\w*|proposes?|"
    r"propone\w*|recomiend\w*",
    "risk": r"risks?|threat\w*|delay\w*|shortage|breach\w*|penalt\w+|warning|fail(?:ed|ure|ures|s)?|riesgos?|"
    r"amenaza\w*|retras\w+|escasez|incumpl\w+|sanci\w+|falla\w*|fallo\w*",
    "trend": r"rose|risen|rises?|grew|grown|grows?|growth|increas\w+|fell|fallen|falls?|decreas\w+|declin\w+|dropp?\w*|"
    r"improv\w+|worsen\w*|doubled|halved|creci\w+|crece\w*|aument\w+|subi\w+|sube\w*|baj[oóa]\w*|cay\w+|cae\w*|"
    r"disminu\w+|mejor[oóa]\w*|empeor\w+|duplic\w+",
    "cause": r"because|due to|caused by|thanks to|owing to|driven by|porque|debido a|gracias a|a causa de|por culpa de",
    "comparison": r"more than|less than|compared (?:to|with)|higher than|lower than|the (?:most|least|highest|lowest)|"
    r"más que|menos que|frente a|respecto a|superior a|inferior a|el mayor|la mayor|el menor|la menor",
}
_WEIGHTS: Final = {"conclusion": 3.0, "decision": 3.0, "risk": 2.5, "trend": 2.0, "cause": 1.5, "comparison": 1.0}
_PATTERNS: Final = {kind: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for kind, words in _CUES.items()}
_FIGURE: Final = re.compile(r"(?<![\w.,])[+-]?\d{1,12}(?:[.,]\d{1,12}){0,4}\s?(?:%|€|\$|£|EUR|USD)?")
_FIGURE_WEIGHT: Final = 1.0
_NEARNESS_WEIGHT: Final = 2.0
_HIGH, _MEDIUM = 5.0, 3.0


def find_insights(source: str) -> dict[str, Any]:
    text = source[:LOOKED_AT]
    every = split_sentences(text)
    cued = [(weight, sentence, kinds) for sentence in every for weight, kinds in [_weigh(sentence)] if kinds]
    # A stable sort: of two that weigh the same, the first said comes first.
    considered = sorted(cued, key=lambda one: -one[0])[:MAX_EMBEDDED]
    near = _nearness([sentence for _, sentence, _ in considered])
    scored = [(w + _NEARNESS_WEIGHT * float(n), s, kinds) for (w, s, kinds), n in zip(considered, near, strict=True)]
    best = sorted(scored, key=lambda one: (-one[0], one[1].start))[:MOST]
    return {
        "insights": [_told(score, sentence, kinds) for score, sentence, kinds in best],
        "sentences_with_cues": len(cued),
        "sentences_total": len(every),
        "characters_considered": len(text),
        "limits": LIMITS,
    }


def _weigh(sentence: Sentence) -> tuple[float, list[str]]:
    said = sentence.text[:_SENTENCE_CHARACTERS]
    if len(said.split(maxsplit=_SHORTEST_WORDS)) < _SHORTEST_WORDS:
        return 0.0, []
    kinds = [kind for kind, pattern in _PATTERNS.items() if pattern.search(said)]
    weight = sum(_WEIGHTS[kind] for kind in kinds[:2])
    return weight + (_FIGURE_WEIGHT if _FIGURE.search(said) else 0.0), kinds


def _nearness(sentences: list[Sentence]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """From 0 to 1: how near each is to the middle of them all."""
    if len(sentences) < 2:
        return np.ones(len(sentences), dtype=np.float32)
    vectors = embed([sentence.text for sentence in sentences])
    nearness = vectors @ vectors.mean(axis=0)
    spreading = float(nearness.max() - nearness.min()) or 1.0
    scaled: np.ndarray[Any, np.dtype[np.float32]] = (nearness - nearness.min()) / spreading
    return scaled


def _told(score: float, sentence: Sentence, kinds: list[str]) -> dict[str, Any]:
    said = sentence.text[:_SENTENCE_CHARACTERS]
    return {
        "insight": said,
        "type": kinds[0],
        "cues": kinds,
        "figures": [found.strip() for found in _FIGURE.findall(said)][:10],
        "importance": "high" if score >= _HIGH else "medium" if score >= _MEDIUM else "low",
        "score": round(score, 2),
        "start": sentence.start,
        "end": sentence.end,
    }
