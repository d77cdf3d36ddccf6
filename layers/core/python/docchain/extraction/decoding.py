"""Bytes of a text file as text."""

from docchain.extraction.errors import BrokenDocument

BY_MARK = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MAX_CONTROL_SHARE = 0.02


def decode_text(data: bytes) -> tuple[str, str]:
    """The text with plain newlines, and the encoding it was in: utf-8, utf-16, else Windows' Latin 1."""
    text, encoding = _decoded(data)
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13))
    if controls > len(text) * MAX_CONTROL_SHARE:
        raise BrokenDocument("the file is not text: it is full of control characters")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), encoding


def _decoded(data: bytes) -> tuple[str, str]:
    marked = next((name for mark, name in BY_MARK if data.startswith(mark)), None)
    try:
        encoding = marked or "utf-8"
        return data.decode(encoding), encoding.removesuffix("-sig")
    except UnicodeDecodeError as error:
        if marked:
            raise BrokenDocument(f"the file says it is {encoding}, but it is not: {error.reason}") from error
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"  # every byte is a Latin 1 character
