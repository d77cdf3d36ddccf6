"""What a member wants to hear of a room: names of events, where a ``*`` at the end stands for all that begin so."""

import re
from collections.abc import Sequence
from typing import Any, Final

PATTERN: Final = re.compile(r"\*|[a-z][a-z0-9_.]{0,62}\*?")
PATTERNS_MOST: Final = 20


def is_wanted(message: dict[str, Any], patterns: Sequence[str]) -> bool:
    """By the fact's own name (``run.completed``) or its kind (``workflow_execution``); without patterns, everything."""
    if not patterns:
        return True
    names = (str(message.get("event", "")), str(message.get("event_type", "")))
    return any(_matches(pattern, name) for pattern in patterns for name in names)


def _matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
