"""Words to find a workflow by: those of its name and description, as far as case and accents do not matter."""

import re
import unicodedata

# What a workflow is found by beside its name's and its description's first words would cost a write each.
WORDS_MOST = 30
LENGTH_MOST = 24
LENGTH_LEAST = 2
ASKED_MOST = 8

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(name: str, description: str | None) -> tuple[str, ...]:
    """The first of them, those of the name before those of the description; longer ones by their beginning."""
    found = _words(name) | _words(description or "")
    return tuple(found)[:WORDS_MOST]


def asked_words(search: str) -> tuple[str, ...]:
    """Each is looked for as the beginning of a word; the longest, of which there are the fewest, first."""
    return tuple(sorted(_words(search), key=lambda w: (-len(w), w))[:ASKED_MOST])


def _words(text: str) -> dict[str, None]:
    return {word[:LENGTH_MOST]: None for word in _WORD.findall(folded(text)) if len(word) >= LENGTH_LEAST}
