"""Patterns of callers run on RE2: linear in the text, whatever the pattern; there is no way back into it."""

from functools import lru_cache
from typing import Any, Final

from docchain.validation.limits import PATTERN_CHARACTERS_MOST

# Time grows with the text times the states of the pattern: 256 KB take the largest pattern this allows a second.
_PROGRAM_BYTES_MOST: Final = 1 << 15


class PatternRefused(ValueError):
    """The message is for whoever wrote the pattern."""


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Any:
    """Raises ``PatternRefused``."""
    import re2

    if len(pattern) > PATTERN_CHARACTERS_MOST:
        raise PatternRefused(f"is longer than {PATTERN_CHARACTERS_MOST} characters")
    options = re2.Options()
    options.max_mem = _PROGRAM_BYTES_MOST
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except UnicodeEncodeError:
        raise PatternRefused("holds half of a surrogate pair") from None
    except re2.error as error:
        raise PatternRefused(f"is not an RE2 pattern: {_said(error)}") from None


def is_found(pattern: str, text: str) -> bool:
    """Anywhere in the text, as in JSON Schema; anchors are the pattern's own."""
    return compiled(pattern).search(text) is not None


def _said(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
