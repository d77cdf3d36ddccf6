"""What of a peer's answer becomes a node's output."""

import hashlib
import json
from email.utils import parsedate_to_datetime
from typing import Any, Final

from docchain.calls_out.secrets import masked, masked_value
from docchain.clock import epoch
from docchain.outbound.client import Answer

HEADERS_MOST: Final = 50
HEADER_CHARACTERS_MOST: Final = 1_000
# Sessions of the peer's are nobody's business who reads a run.
_DROPPED: Final = frozenset({"set-cookie", "set-cookie2"})


def output_of(answer: Answer, secrets: list[str]) -> dict[str, Any]:
    """``json`` where the body is that, ``text`` where it is text, else its size and hash."""
    kept = [(n, masked(v, secrets)[:HEADER_CHARACTERS_MOST]) for n, v in answer.headers.items() if n not in _DROPPED]
    output: dict[str, Any] = {"status": answer.status, "headers": dict(kept[:HEADERS_MOST])}
    try:
        text = masked(answer.body.decode(_charset(answer)), secrets)
    except (UnicodeDecodeError, LookupError):
        return {**output, "size": len(answer.body), "sha256": hashlib.sha256(answer.body).hexdigest()}
    if "json" in answer.headers.get("content-type", "").lower():
        try:
            return {**output, "json": masked_value(json.loads(text, parse_constant=_refuse_constant), secrets)}
        except (ValueError, RecursionError):
            return {**output, "text": text}
    return {**output, "text": text}


def retry_after(answer: Answer) -> float | None:
    """In seconds from now; the header holds a number or a date (RFC 9110, 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - epoch())
    except (ValueError, TypeError):
        return None


def _charset(answer: Answer) -> str:
    _, _, parameters = answer.headers.get("content-type", "").partition(";")
    name, _, value = parameters.strip().partition("=")
    return value.strip("\"' ") or "utf-8" if name.strip().lower() == "charset" else "utf-8"


def _refuse_constant(name: str) -> float:
    """NaN and Infinity are no JSON, and could not be hashed."""
    raise ValueError(name)
