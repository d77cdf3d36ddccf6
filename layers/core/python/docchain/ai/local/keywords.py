"""Key phrases by TextRank, put in order by how often they are said as well."""

import re
from typing import Any

from docchain.ai.local.sentences import split_sentences

LOOKED_AT = 200_000
CANDIDATES = 80
LONGEST_WORDS = 4
PHRASE_BONUS = 2
NOISE = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)|https?://\S+|\S{1,64}@\S{1,255}|[|#*_`>•]+")
LANGUAGES = frozenset({"en", "es"})


def find_keywords(text: str, language: str, most: int = 10) -> list[dict[str, Any]]:
    """Best first; ``score`` is 1 for the best."""
    from rapid_textrank import extract_keywords

    known = language if language in LANGUAGES else "en"
    plain = _prose(text[:LOOKED_AT])
    scores: dict[str, float] = {}
    spoken = plain.lower()
    for phrase in extract_keywords(plain, top_n=CANDIDATES, language=known):
        name = " ".join(phrase.text.split())
        times = spoken.count(name.lower())
        if times and _is_phrase(name):
            # A word is part of many phrases, so it gets many votes: a phrase that is said again tells more.
            scores[name] = phrase.score * times * len(name.split()) ** PHRASE_BONUS
    ordered = sorted(scores, key=lambda name: -scores[name])
    chosen: list[str] = []
    for name in ordered:
        if len(chosen) < most and not any(_covers(name, other) for other in chosen):
            chosen.append(name)
    return [{"text": name, "score": round(scores[name] / scores[chosen[0]], 3)} for name in chosen]


def _prose(text: str) -> str:
    """Whole sentences, where there are any: rows of a table make phrases that nobody says."""
    sentences = [s.text for s in split_sentences(text)]
    prose = [s for s in sentences if s[-1] in ".!?…;:"] or sentences
    return NOISE.sub(lambda match: match[1] or " ", "\n".join(prose))


def _is_phrase(name: str) -> bool:
    words = name.lower().split()
    return (
        len(name) > 3
        and len(words) <= LONGEST_WORDS
        and len(set(words)) == len(words)
        and not any(c.isdigit() for c in name)
    )


def _covers(name: str, other: str) -> bool:
    words, others = set(name.lower().split()), set(other.lower().split())
    return words <= others or others <= words
