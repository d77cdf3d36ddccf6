"""Metadata and results as they are kept: JSON text, whose bytes are what is measured and whose depth nobody counts."""

import json
from typing import Any


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
