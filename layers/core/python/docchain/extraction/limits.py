"""How large and how slow a document may be. Each bound is stated in the error that it causes."""

import time

from docchain.extraction.errors import DocumentTooLarge, DocumentTooSlow

MAX_BYTES = 50_000_000
MAX_PAGES = 2_000
MAX_CHARACTERS = 5_000_000

# Of the process that reads, beside the 200 MB of the worker that waits for it in a Lambda of 1,024 MB.
MEMORY_BYTES = 700_000_000
READING_SECONDS = 110.0

# Office files are zip archives. The parser of the text takes about a second for each megabyte of XML.
MAX_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_XML_BYTES = 20_000_000
MAX_RATIO = 200
RATIO_MATTERS_ABOVE = 5_000_000  # a small file of repeated XML compresses well and harms nobody

# A sheet may name one cell at its far end, and every cell before it is read as empty.
MAX_CELLS = 2_000_000
MAX_COLUMNS = 1_000
MAX_MAIL_PARTS = 500

# Converting markup takes about 0.3 s for each megabyte.
MAX_HTML_BYTES = 10_000_000


def check_size(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise DocumentTooLarge(
            f"{what}: {found:,} is more than the limit of {limit:,}", details={"limit": limit, "found": found}
        )


def check_deadline(deadline: float | None) -> None:
    """``deadline`` is a reading of ``time.monotonic()``; None is no bound."""
    if deadline is not None and time.monotonic() > deadline:
        raise DocumentTooSlow("the document takes too long to read")
