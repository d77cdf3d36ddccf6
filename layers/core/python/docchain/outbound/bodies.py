"""The body of an answer, read to a bound, also where it swells when it is unpacked."""

import http.client
import zlib
from typing import Final

from docchain.outbound.errors import AnswerRefused

ANSWER_BYTES_MOST: Final = 5 * 1024 * 1024
_CHUNK: Final = 64 * 1024
# zlib reads gzip's header or its own.
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS


def body_of(answer: http.client.HTTPResponse, encoding: str) -> bytes:
    """Raises ``AnswerRefused``. We ask for no encoding; gzip and deflate come anyway from some."""
    declared = answer.length
    if declared is not None and declared > ANSWER_BYTES_MOST:
        raise AnswerRefused(f"The answer is {declared} bytes; at most {ANSWER_BYTES_MOST}.")
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _read(answer)
    if name in {"gzip", "x-gzip", "deflate"}:
        return _unpacked(_read(answer))
    raise AnswerRefused(f"The answer is packed as {name[:40]!r}, which was not asked for.")


def _read(answer: http.client.HTTPResponse) -> bytes:
    parts, size = [], 0
    while part := answer.read1(_CHUNK):
        size += len(part)
        if size > ANSWER_BYTES_MOST:
            raise AnswerRefused(f"The answer is more than {ANSWER_BYTES_MOST} bytes.")
        parts.append(part)
    if answer.length:  # what was promised and did not come
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(parts)


def _unpacked(packed: bytes) -> bytes:
    if not packed:
        return b""
    unpacking = zlib.decompressobj(_ANY_HEADER)
    try:
        data = unpacking.decompress(packed, ANSWER_BYTES_MOST + 1)
    except zlib.error:
        raise AnswerRefused("The answer says it is packed, and cannot be unpacked.") from None
    if len(data) > ANSWER_BYTES_MOST:
        raise AnswerRefused(f"The answer unpacks to more than {ANSWER_BYTES_MOST} bytes.")
    if not unpacking.eof:
        raise AnswerRefused("The answer is packed and was cut off.")
    return data
