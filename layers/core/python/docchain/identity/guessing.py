"""How soon a password is guessed by who tries what people choose: words, names, rows of keys, dates, repeats.

By zxcvbn (Wheeler, USENIX Security 2016), which counts the guesses that the cheapest way to it needs.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

# Its time grows faster than the length: 0.4 s at worst for 32 characters, 3 s for 72. What is strong in the first 32
# stays strong, whatever follows.
LOOKED_AT: Final = 32
NAME_LEAST: Final = 4
"""Shorter names are inside too many words by chance; zxcvbn still tries them as words."""

_ADVICE: Final = {
    "dictionary": "Avoid common words and passwords; three or four unusual words in a row are stronger.",
    "l33t": "Swaps like @ for a and 0 for o are tried first; they add little.",
    "reversed": "Words spelled backwards are tried too.",
    "spatial": "Avoid rows of neighbouring keys like qwerty.",
    "repeat": "Avoid repeated characters and words.",
    "sequence": "Avoid sequences like abc or 4321.",
    "regex": "Avoid recent years.",
    "date": "Avoid dates; birthdays are tried first.",
}
_ISSUES: Final = {
    "dictionary": "is easy to guess: it is a common word or password",
    "spatial": "is easy to guess: it is a row of neighbouring keys",
    "repeat": "is easy to guess: it repeats itself",
    "sequence": "is easy to guess: it is a sequence",
    "regex": "is easy to guess: it holds a recent year",
    "date": "is easy to guess: it is a date",
}


@dataclass(frozen=True)
class Guess:
    """``level`` from 0 (at once) to 4 (not within 10^10 guesses); ``issues`` follow the word "password"."""

    level: int
    issues: tuple[str, ...]
    advice: tuple[str, ...]


# Below this, fewer than a million guesses find it.
LEVEL_LEAST: Final = 2


def guess(password: str, names: Sequence[str] = ()) -> Guess:
    """``names`` are what is known of the user: the username, the e-mail address, the full name.

    In lower case: a capital first letter costs guessers one guess more, but would hide a sequence from zxcvbn.
    """
    from zxcvbn import zxcvbn  # 50 ms for its words; only who sets a password waits for them

    folded, parts = _folded(password), _parts(names)
    if not folded:
        return Guess(0, (), ())
    found: dict[str, Any] = zxcvbn(folded[:LOOKED_AT], user_inputs=parts)
    level, patterns = int(found["score"]), [m for m in found["sequence"] if m["pattern"] != "bruteforce"]
    issues = []
    if any(len(part) >= NAME_LEAST and part in folded for part in parts):
        issues.append("contains your name, username or email address")
        level = min(level, LEVEL_LEAST - 1)
    elif level < LEVEL_LEAST:
        longest = max(patterns, key=lambda m: len(m["token"]), default=None)
        issues.append(_ISSUES[longest["pattern"]] if longest else "is easy to guess: it is too short")
    return Guess(level, tuple(issues), _advice(patterns))


def _advice(patterns: list[dict[str, Any]]) -> tuple[str, ...]:
    kinds: list[str] = []
    for match in patterns:
        kinds += [match["pattern"], *(k for k in ("l33t", "reversed") if match.get(k))]
    return tuple(_ADVICE[kind] for kind in dict.fromkeys(kinds))


def _parts(names: Sequence[str]) -> list[str]:
    """``ada.lovelace@example.com`` is looked for as a whole, before its @, and word by word."""
    parts: list[str] = []
    for name in map(_folded, names):
        own = name.partition("@")[0]
        words = "".join(c if c.isalnum() else " " for c in own).split()
        parts += [name, own, *words]
    return [part for part in dict.fromkeys(parts) if part]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
