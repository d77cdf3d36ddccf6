"""What a document says about itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from docchain.rendering.blocks import without_controls
from docchain.rendering.errors import RenderingTooLarge

MAX_FACTS = 40
MAX_FACT = 2_000
# Files must have a date, and the clock would give the same text other bytes tomorrow.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Meta:
    """``language``, ``author``, ``footer`` and ``created`` (a date) have places; ``facts`` stand below the title."""

    language: str
    author: str
    footer: str
    created: datetime
    facts: list[tuple[str, str]]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Meta":
        clean = {without_controls(str(name)): without_controls(str(value)) for name, value in given.items()}
        if len(clean) > MAX_FACTS or any(len(name) + len(value) > MAX_FACT for name, value in clean.items()):
            raise RenderingTooLarge(f"more than {MAX_FACTS} entries about the document, or one longer than {MAX_FACT}")
        language = clean.pop("language", "en").lower()[:2]
        return cls(
            language=language if LANGUAGE.fullmatch(language) else "en",
            author=clean.pop("author", ""),
            footer=clean.pop("footer", ""),
            created=_day(clean.pop("created", "")),
            facts=list(clean.items()),
        )


def _day(text: str) -> datetime:
    match = re.match(r"\d{4}-\d{2}-\d{2}", text)
    try:
        day = datetime.fromisoformat(match[0]).replace(tzinfo=UTC) if match else UNDATED
    except ValueError:
        return UNDATED
    return max(day, UNDATED)
