"""A document's bytes into its chunks. What cannot be read is a finding too: it says why the document is not found."""

from docchain.documents.models import Document
from docchain.extraction.bounded import extract_apart
from docchain.extraction.errors import UnreadableDocument
from docchain.search.chunking import chunks_of, titles_of
from docchain.search.models import Chunked


def cut(document: Document, data: bytes, deadline: float) -> Chunked:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    try:
        found = extract_apart(data, document.filename, deadline=deadline)
    except UnreadableDocument as error:
        return Chunked(sha256=document.sha256, error=error.code)
    chunks, truncated = chunks_of(found)
    return Chunked(sha256=document.sha256, truncated=truncated, titles=titles_of(found), chunks=chunks)
