"""What the cache takes: how large, how long, how many, and under which names."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from docchain.cache.errors import CacheValueTooLarge
from docchain.errors import invalid

TTL_DEFAULT: Final = 300
TTL_MOST: Final = 24 * 3600
NEGATIVE_SECONDS: Final = 30
"""The longest that an answer which says "there is none", or a failure, is kept."""

VALUE_BYTES: Final = 256 * 1024  # an item of DynamoDB has 400 KB, with its names and tags
VALUE_LEVELS: Final = 100  # what is nested deeper, answers could not be written of
KEY_CHARACTERS: Final = 200
TAGS_MOST: Final = 10
TAG_CHARACTERS: Final = 64

# Of one tenant in one store.
ENTRIES_MOST: Final = 2_000
BYTES_MOST: Final = 32 * 1024 * 1024

KEY_PATTERN: Final = r"^[A-Za-z0-9._:@-]{1,200}$"
TAG_PATTERN: Final = r"^[A-Za-z0-9._:@/-]{1,64}$"
_KEY = re.compile(KEY_PATTERN)
_TAG = re.compile(TAG_PATTERN)


def checked_key(key: str) -> str:
    """Raises ``ValidationFailed``."""
    if not _KEY.fullmatch(key):
        raise invalid("key", f"takes letters, digits and . _ : @ -, at most {KEY_CHARACTERS} of them")
    return key


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Sorted, each once. Raises ``ValidationFailed``."""
    found = tuple(sorted(set(tags)))
    if len(found) > TAGS_MOST:
        raise invalid("tags", f"are at most {TAGS_MOST}")
    if not all(_TAG.fullmatch(tag) for tag in found):
        raise invalid("tags", f"take letters, digits and . _ : @ / -, at most {TAG_CHARACTERS} of them")
    return found


def checked_ttl(seconds: float) -> float:
    """Raises ``ValidationFailed``."""
    if not 1 <= seconds <= TTL_MOST:
        raise invalid("ttl_seconds", f"is from 1 to {TTL_MOST:,}")
    return seconds


def encoded(value: Any) -> str:
    """As JSON, which is all that is ever kept: nothing here can become code when it is read.

    Raises ``CacheValueTooLarge``, ``ValidationFailed`` for what JSON cannot say.
    """
    if _is_deeper(value, VALUE_LEVELS):
        raise invalid("value", f"is nested deeper than {VALUE_LEVELS} levels")
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        raise invalid("value", "is not JSON") from None
    if size > VALUE_BYTES:
        raise CacheValueTooLarge(f"The value has {size:,} bytes; at most {VALUE_BYTES:,} are kept.")
    return text


def _is_deeper(value: Any, levels: int) -> bool:
    """Looks no deeper than ``levels``: what is sent may be deeper than we may call."""
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(_is_deeper(v, levels - 1) for v in (value.values() if isinstance(value, dict) else value))
