"""How hard a text is to read: Flesch's ease for English (1948), Fernández Huerta's for Spanish (1959), and others."""

import re
from typing import Any, Final

from docchain.ai.local.sentences import split_sentences
from docchain.ai.local.syllables import count_syllables

LOOKED_AT: Final = 100_000
LANGUAGES: Final = frozenset({"en", "es"})
LEVELS: Final = ((80, "very easy"), (65, "easy"), (50, "medium"), (30, "hard"))
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_READ_BY_ALL_SYLLABLES: Final = 3


def readability(text: str, language: str) -> dict[str, Any]:
    """``ease``: about 0 (a statute) to 100 (a child's book); ``formulas`` has every one there is for the language."""
    if language not in LANGUAGES:
        return {"language": language, "ease": None, "level": None, "reason": "only English and Spanish are measured"}
    sentences = split_sentences(text[:LOOKED_AT])
    words = [found[0].lower() for s in sentences for found in _WORD.finditer(s.text)]
    if not words:
        return {"language": language, "ease": None, "level": None, "reason": "there are no words"}
    counts = [count_syllables(word, language) for word in words]
    syllables = sum(counts) / len(words)
    length = len(words) / len(sentences)
    long = sum(count >= _READ_BY_ALL_SYLLABLES for count in counts) / len(words)
    formulas = _english(length, syllables, long) if language == "en" else _spanish(length, syllables)
    formula, ease = next(iter(formulas.items()))
    return {
        "language": language,
        "formula": formula,
        "ease": ease,
        "level": next((name for bound, name in LEVELS if ease >= bound), "very hard"),
        "formulas": formulas,
        "words": len(words),
        "sentences": len(sentences),
        "words_per_sentence": round(length, 1),
        "syllables_per_word": round(syllables, 2),
        "characters_considered": min(len(text), LOOKED_AT),
    }


def _english(length: float, syllables: float, long: float) -> dict[str, float]:
    """The first decides. Grades are years of an American school: Kincaid (1975), Gunning (1952)."""
    return {
        "flesch": round(206.835 - 1.015 * length - 84.6 * syllables, 1),
        "flesch-kincaid-grade": round(0.39 * length + 11.8 * syllables - 15.59, 1),
        "gunning-fog": round(0.4 * (length + 100 * long), 1),
    }


def _spanish(length: float, syllables: float) -> dict[str, float]:
    """The first decides. Szigriszt Pazos (1993) is what the INFLESZ scale is read on."""
    return {
        "fernandez-huerta": round(206.84 - 60 * syllables - 1.02 * length, 1),
        "szigriszt-pazos": round(206.835 - 62.3 * syllables - length, 1),
    }
