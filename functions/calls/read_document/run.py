"""Reads one document. It keeps nothing, so that it may be asked twice."""

import base64
import time
from dataclasses import asdict

from docchain.documents.reading import CHARACTERS_MOST, ReadOrder, ReadText
from docchain.documents.store import ContentStore
from docchain.errors import ValidationFailed
from docchain.extraction.bounded import extract_apart
from docchain.extraction.errors import DocumentTooLarge

_SECONDS_KEPT = 2.0
"""For the answer on its way."""


def read_text(order: ReadOrder, contents: ContentStore, seconds_left: float) -> ReadText:
    """Raises a subclass of ``UnreadableDocument``."""
    data = _bytes(order, contents)
    found = extract_apart(data, order.filename, deadline=time.monotonic() + seconds_left - _SECONDS_KEPT)
    if found.characters > CHARACTERS_MOST:
        raise DocumentTooLarge(
            f"characters of text: {found.characters:,} is more than the limit of {CHARACTERS_MOST:,}; a workflow can "
            "split the document first",
            details={"limit": CHARACTERS_MOST, "found": found.characters},
        )
    return ReadText(
        text=found.text,
        format=found.format,
        media_type=found.media_type,
        pages=[asdict(page) for page in found.pages],
        headings=[asdict(heading) for heading in found.headings],
        warnings=found.warnings,
    )


def _bytes(order: ReadOrder, contents: ContentStore) -> bytes:
    if order.data is not None:
        return base64.b64decode(order.data)
    if order.sha256 is None:
        raise ValidationFailed("Neither a content's hash nor its bytes were given.")
    return contents.get(order.tenant_id, order.sha256)
