"""Bytes of a text file as text."""

import codecs
import re

from docchain.extraction.errors import BrokenDocument
from docchain.extraction.utf16 import unmarked_utf16

BY_MARK = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MAX_CONTROL_SHARE = 0.02
LOOKED_AT = 2_048
# Of HTML (meta charset) and XML (encoding="…"); what else names one does not decide what the bytes are.
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
# What a page may name: the encodings of text. Python knows others, which unpack or translate bytes.
TEXT_CODECS = re.compile(r"(utf-8|ascii|iso8859-\d+|cp\d{3,4}|koi8-[ru]|shift_jis|euc_(jp|kr)|gb2312|gbk|gb18030|big5)")


def decode_text(data: bytes, *, declared: bool = False) -> tuple[str, str, list[str]]:
    """The text with plain newlines, the encoding it was in, and a warning when that had to be guessed.

    By its mark; else utf-8, else what it declares (when asked for), else Windows' Latin 1.
    """
    text, encoding, warnings = _decoded(data, _declared(data) if declared else None)
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13))
    if controls > len(text) * MAX_CONTROL_SHARE:
        raise BrokenDocument("the file is not text: it is full of control characters")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), encoding, warnings


def _decoded(data: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    marked = next((name for mark, name in BY_MARK if data.startswith(mark)), None) or unmarked_utf16(data[:LOOKED_AT])
    encoding = marked or "utf-8"
    try:
        return data.decode(encoding), encoding.removesuffix("-sig"), []
    except UnicodeDecodeError as error:
        if marked:
            raise BrokenDocument(f"the file says it is {encoding}, but it is not: {error.reason}") from error
    if declared:
        try:
            return data.decode(declared), declared, []
        except UnicodeDecodeError:
            pass  # pages say so and are not; then it is guessed as if they had said nothing
    try:
        text, encoding = data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"  # every byte is a Latin 1 character
    return text, encoding, [f"the encoding is not named and no UTF-8; it was read as {encoding}"]


def _declared(data: bytes) -> str | None:
    match = DECLARED.search(data[:LOOKED_AT])
    if not match:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None
    return name if TEXT_CODECS.fullmatch(name) else None
