"""Reading in a process of its own: what a hostile file does there ends there.

A reader in C may crash or never return, and no check between two pages would notice. The child has no environment, so
no credentials, a bound of memory and of processor time, and is killed when its time is over.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from docchain.extraction.errors import DocumentTooSlow, EmptyDocument, ReaderStopped, UnreadableDocument
from docchain.extraction.limits import MAX_BYTES, MEMORY_BYTES, READING_SECONDS, check_deadline, check_size
from docchain.extraction.models import Extracted, Heading, Page, Table

FIRST_ANSWER = 10  # the exit code of a child whose output says why the document cannot be read; Python's own is 1


def extract_apart(
    data: bytes, filename: str | None = None, max_pages: int | None = None, *, deadline: float | None = None
) -> Extracted:
    """As ``extract``, and raises the same; ``ReaderStopped`` besides. Takes about 0.3 s more."""
    if not data:
        raise EmptyDocument("the file is empty")
    check_size("bytes", len(data), MAX_BYTES)
    check_deadline(deadline)
    seconds = min(READING_SECONDS, deadline - time.monotonic()) if deadline is not None else READING_SECONDS
    order = json.dumps({"filename": filename, "max_pages": max_pages, "seconds": seconds, "memory": MEMORY_BYTES})
    try:
        child = subprocess.run(  # ourselves, with no argument from outside
            [sys.executable, "-m", "docchain.extraction.child"],
            input=order.encode() + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise DocumentTooSlow(f"the document takes longer than {seconds:.0f} s to read") from None
    if child.returncode not in (0, FIRST_ANSWER):
        raise ReaderStopped(_why(child.returncode))
    return _answer(json.loads(child.stdout), is_error=child.returncode == FIRST_ANSWER)


def _why(code: int) -> str:
    if code == -24:  # SIGXCPU: the bound of processor time
        return "reading the document took more processor time than it may"
    return f"reading the document needed more than {MEMORY_BYTES // 1_000_000} MB, or broke the reader (exit {code})"


def _answer(told: dict[str, Any], *, is_error: bool) -> Extracted:
    if is_error:
        kind = _errors().get(told["code"], UnreadableDocument)
        raise kind(told["message"], details=told.get("details"))
    return Extracted(
        **told
        | {
            "pages": [Page(**page) for page in told["pages"]],
            "headings": [Heading(**heading) for heading in told["headings"]],
            "tables": [Table(**table) for table in told["tables"]],
        }
    )


def _errors() -> dict[str, type[UnreadableDocument]]:
    kinds: list[type[UnreadableDocument]] = [UnreadableDocument, *UnreadableDocument.__subclasses__()]
    return {kind.code: kind for kind in kinds}


def as_json(found: Extracted) -> bytes:
    return json.dumps(asdict(found), default=str).encode()
