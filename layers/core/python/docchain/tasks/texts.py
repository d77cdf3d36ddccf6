"""Metadata and results as they are kept: JSON text, whose bytes are what is measured and whose depth nobody counts.

Errors stand on cards, where the table counts both.
"""

import json
from typing import Any

from docchain.characters import made_whole
from docchain.errors import ValidationFailed
from docchain.storage.items import encode
from docchain.tasks.limits import ERROR_DETAILS_BYTES_MOST, ERROR_MESSAGE_MOST
from docchain.tasks.models import TaskError

_CARD_DEPTH = 2  # of an error's details on its card


class NotKeepable(ValueError):
    """The message says what of it has no JSON text."""


def text_of(value: Any) -> str:
    """Raises ``NotKeepable``."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except UnicodeEncodeError:
        raise NotKeepable("a text holds half of a surrogate pair") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise NotKeepable(str(error) or type(error).__name__) from None
    return text


def len_in_bytes(text: str) -> int:
    return len(text.encode())


def told_of(code: str, message: str, details: Any = None) -> TaskError:
    """What can be kept of it: an end that the table refuses would be no end, and the task's error another."""
    return TaskError(code=code, message=made_whole(message[:ERROR_MESSAGE_MOST]), details=_keepable(details))


def _keepable(details: Any) -> Any:
    try:
        encode(details, depth=_CARD_DEPTH)
        text = text_of(details)
    except (ValidationFailed, TypeError, NotKeepable):
        return None
    return details if len_in_bytes(text) <= ERROR_DETAILS_BYTES_MOST else None
