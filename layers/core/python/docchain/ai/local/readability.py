"""How hard a text is to read: Flesch's ease for English (1948), Fernández Huerta's for Spanish (1959)."""

from functools import cache
from typing import Any

from docchain.ai.local.sentences import split_sentences

LOOKED_AT = 100_000
DICTIONARIES = {"en": "en_US", "es": "es"}
LEVELS = ((80, "very easy"), (65, "easy"), (50, "medium"), (30, "hard"))


def readability(text: str, language: str) -> dict[str, Any]:
    """``ease``: about 0 (a statute) to 100 (a child's book). Syllables are hyphenation's, so a few are missed."""
    if language not in DICTIONARIES:
        return {"language": language, "ease": None, "level": None, "reason": "only English and Spanish are measured"}
    sentences = split_sentences(text[:LOOKED_AT])
    words = [word for s in sentences for raw in s.text.split() if (word := raw.strip(".,;:!?¿¡()[]«»\"'“”…")).isalpha()]
    if not words:
        return {"language": language, "ease": None, "level": None, "reason": "there are no words"}
    syllables = sum(_syllables(word.lower(), language) for word in words) / len(words)
    length = len(words) / len(sentences)
    if language == "en":
        formula, ease = "flesch", 206.835 - 1.015 * length - 84.6 * syllables
    else:
        formula, ease = "fernandez-huerta", 206.84 - 60 * syllables - 1.02 * length
    return {
        "language": language,
        "formula": formula,
        "ease": round(ease, 1),
        "level": next((name for bound, name in LEVELS if ease >= bound), "very hard"),
        "words": len(words),
        "sentences": len(sentences),
        "words_per_sentence": round(length, 1),
        "syllables_per_word": round(syllables, 2),
    }


@cache
def _dictionary(language: str) -> Any:
    import pyphen

    # Typographers never leave a single letter on a line; a syllable may well be one.
    return pyphen.Pyphen(lang=DICTIONARIES[language], left=1, right=1)


def _syllables(word: str, language: str) -> int:
    return len(_dictionary(language).positions(word)) + 1
