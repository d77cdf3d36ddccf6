"""Words as the index compares them: folded, without endings; codes whole and in parts."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_TERM = re.compile(r"[^\W_]+(?:[-./_@#:][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
STEM: Final = 6
"""Letters that are compared: endings of English and Spanish begin behind them (measured in docs/search.md)."""
_STOP = """the a an and or of to in on for with is are was were be by at from as it its this that these those how what
when where which who why do does did can could should would will we our you your i my me not no if el la los las un una
unos unas y o de del al en por para con es son era fue ser se su sus lo le les que como cual cuando donde quien qué cómo
cuál cuándo dónde quién si sí mi mis nos nuestra nuestro más muy ya hay ha han he"""
STOP: Final = frozenset(_STOP.split())
"""Said in every text, so they tell none apart."""


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Without case and accents: ``Cancelación`` is ``cancelacion``."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def terms_of(text: str) -> Iterator[str]:
    """Terms of a text or a query, repeated as often as they are said."""
    for match in _TERM.finditer(text):
        token = match[0]
        if is_code(token):
            yield fold(token)
            if not token.isalnum():
                yield from (fold(part) for part in _PART.findall(token) if len(part) > 1)
            continue
        for part in _PART.findall(token):
            if part.casefold() not in STOP and len(part) > 1:
                yield stem(part)


def stem(word: str) -> str:
    return fold(word)[:STEM]


def is_code(token: str) -> bool:
    """A number of an invoice, an article, an account: what is looked for as it is, and means nothing to a model."""
    return len(token) > 2 and any(c.isdigit() for c in token)


def codes_of(query: str) -> list[str]:
    return list(dict.fromkeys(fold(m[0]) for m in _TERM.finditer(query) if is_code(m[0])))


@lru_cache(maxsize=200_000)
def number_of(term: str) -> int:
    """64 bits of a hash stand for the term: among a million terms two share one in 30 million cases."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")
