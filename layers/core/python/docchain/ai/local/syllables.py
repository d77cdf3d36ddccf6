"""How many syllables a word has: Spanish by its vowels, English by hyphenation and by its vowels."""

import re
from functools import cache, lru_cache
from typing import Any, Final

_WORDS_REMEMBERED: Final = 20_000
_LETTERS_MOST: Final = 60

# Two weak vowels, or a weak and a strong one, are one syllable, unless the weak one bears the accent (país, río).
_STRONG: Final = "aeoáéó"
_BREAKING: Final = "íú"
_SPANISH: Final = re.compile(rf"[iuüy]?[{_STRONG}][iuü]?(?![{_STRONG}{_BREAKING}])|[{_STRONG}]|[{_BREAKING}]|[iuü]+")
_SILENT_U: Final = re.compile(r"(?<=[gq])u(?=[eiéí])")
# "y" is a vowel at a word's end or by itself, and else a consonant.
_FINAL_Y: Final = re.compile(r"y$")

_ENGLISH: Final = re.compile(r"[aeiouy]+")
_SILENT_E: Final = re.compile(r"(?<=[^aeiouy])(?:e|es|ed)$")
_HEARD_E: Final = re.compile(r"(?:[^aeiouy]le|[td]ed|(?:[scxz]|sh|ch|g)es)$")


@lru_cache(maxsize=_WORDS_REMEMBERED)
def count_syllables(word: str, language: str) -> int:
    """Of one word in lower case; at least 1."""
    word = word[:_LETTERS_MOST]
    return max(1, _spanish(word) if language == "es" else _english(word))


def _spanish(word: str) -> int:
    vowels = _FINAL_Y.sub("i", _SILENT_U.sub("", word)).replace("y", "ʝ").replace("h", "")
    return len(_SPANISH.findall(vowels))


def _english(word: str) -> int:
    """Hyphenation keeps short words whole, and vowels do not tell that two belong to two syllables (re-act)."""
    heard = word if _HEARD_E.search(word) else _SILENT_E.sub("", word)
    return max(len(_dictionary().positions(word)) + 1, len(_ENGLISH.findall(heard)))


@cache
def _dictionary() -> Any:
    import pyphen

    # Typographers leave no single letter on a line, but a word may begin with a syllable of one.
    return pyphen.Pyphen(lang="en_US", left=1, right=2)
