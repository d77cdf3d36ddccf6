"""What the reading process says on its output, as JSON: an extraction, or why there is none."""

import json
from dataclasses import asdict
from typing import Any

from docchain.extraction.errors import UnreadableDocument
from docchain.extraction.models import Extracted, Heading, Page, Table

UNREADABLE = 10  # the exit code when the output says why; Python's own for an error is 1


def told_found(found: Extracted) -> bytes:
    return json.dumps(asdict(found), default=str).encode()


def told_error(error: UnreadableDocument) -> bytes:
    return json.dumps({"code": error.code, "message": error.message, "details": error.details}, default=str).encode()


def heard(answer: bytes, *, is_error: bool) -> Extracted:
    """Raises the error that was told."""
    told: dict[str, Any] = json.loads(answer)
    if is_error:
        raise _errors().get(told["code"], UnreadableDocument)(told["message"], details=told["details"])
    lists = {
        "pages": [Page(**page) for page in told["pages"]],
        "headings": [Heading(**heading) for heading in told["headings"]],
        "tables": [Table(**table) for table in told["tables"]],
    }
    return Extracted(**{**told, **lists})


def _errors() -> dict[str, type[UnreadableDocument]]:
    kinds: list[type[UnreadableDocument]] = [UnreadableDocument, *UnreadableDocument.__subclasses__()]
    return {kind.code: kind for kind in kinds}
