"""Pages of PDFs put together anew: many files as one, or some pages of one. Same pages, same bytes."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from docchain.extraction.errors import BrokenDocument, EncryptedDocument

# pdfium gives every file it writes an identity and a time of its own, though nothing else of it differs.
_IDENTITY = re.compile(rb"/ID ?\[ ?<[0-9A-Fa-f]*> ?<[0-9A-Fa-f]*> ?\]")
_WRITTEN = re.compile(rb"(/CreationDate ?\(D:)\d{14}")
_BEFORE_PDF = rb"\g<1>19800101000000"


def open_pdf(data: bytes) -> Any:
    """To be closed by the caller. Raises ``EncryptedDocument``, ``BrokenDocument``."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise EncryptedDocument("a PDF is protected by a password") from error
        raise BrokenDocument("a PDF is damaged and cannot be opened") from error


def merged(files: Sequence[bytes]) -> tuple[bytes, int]:
    """The file and how many pages it has."""
    target = pypdfium2.PdfDocument.new()
    try:
        for data in files:
            source = open_pdf(data)
            try:
                target.import_pages(source)
            finally:
                source.close()
        return _saved(target), len(target)
    except pypdfium2.PdfiumError as error:
        raise BrokenDocument(f"a PDF is damaged: {error}") from error
    finally:
        target.close()


def pages_of(source: Any, first: int, last: int) -> bytes:
    """Pages count from 1; both ends are in it."""
    target = pypdfium2.PdfDocument.new()
    try:
        target.import_pages(source, list(range(first - 1, last)))
        return _saved(target)
    except pypdfium2.PdfiumError as error:
        raise BrokenDocument(f"the PDF is damaged: {error}") from error
    finally:
        target.close()


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    # As many bytes as before: the file has places of its parts by their offsets.
    data = _WRITTEN.sub(_BEFORE_PDF, out.getvalue(), count=1)
    return _IDENTITY.sub(lambda found: re.sub(rb"[0-9A-Fa-f](?=[0-9A-Fa-f]*>)", b"0", found[0]), data)
