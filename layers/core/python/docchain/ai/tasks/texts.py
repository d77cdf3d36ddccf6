"""The text that a task works on: as it came, out of a document, or out of a file."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from docchain.ai.guardrails.fences import Fence, fence_of
from docchain.ai.guardrails.signs import Sign, check_signs
from docchain.ai.guardrails.sizes import UPLOAD_BYTES_MOST, check_length
from docchain.ai.tasks.asked import AskedFile, OfText
from docchain.ai.tasks.desk import Caller, Desk
from docchain.documents.errors import DocumentTooLarge
from docchain.documents.reading import ReadText
from docchain.errors import invalid
from docchain.extraction.structure import Structure


@dataclass(frozen=True)
class Given:
    """``structure`` is of a document that was read: where in it a span stands."""

    text: str
    fence: Fence
    signs: list[Sign] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    structure: Structure | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The fields of ``Told`` that are about the text."""
        return {"injection_signs": [sign.as_json() for sign in self.signs], "warnings": self.warnings}

    def source(self, start: int, end: int) -> dict[str, Any]:
        return self.structure.source_of(start, end).as_json() if self.structure else {"start": start, "end": end}


def given_text(desk: Desk, caller: Caller, asked: OfText) -> Given:
    """Raises ``DocumentNotFound``, ``DocumentRefused``, ``TextTooLong``, ``InjectionRefused``."""
    read = _read(desk, caller.tenant_id, asked)
    text = read.text if read else asked.text or ""
    if not text.strip():
        raise invalid("text", "there is no text to work on")
    check_length(text)
    signs = check_signs(text, asked.on_injection)
    structure = read.structure if read else None
    return Given(text, fence_of(caller.tenant_id, text), signs, read.warnings if read else [], structure)


def _read(desk: Desk, tenant_id: str, asked: OfText) -> ReadText | None:
    if asked.document_id is not None:
        return desk.reader.read_document(tenant_id, desk.documents.read(tenant_id, asked.document_id))
    if asked.file is not None:
        return desk.reader.read_bytes(tenant_id, asked.file.filename, _bytes(asked.file))
    return None


def _bytes(file: AskedFile) -> bytes:
    try:
        data = base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("file.content", "is no base64") from None
    if len(data) > UPLOAD_BYTES_MOST:
        raise DocumentTooLarge(f"The file has {len(data):,} bytes, more than {UPLOAD_BYTES_MOST:,}; upload it first.")
    return data
