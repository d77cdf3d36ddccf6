"""What a file is, from its first bytes: a name can say anything."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from docchain.extraction.errors import BrokenDocument, EncryptedDocument, UnsupportedDocument

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "md": "text/markdown",
    "txt": "text/plain",
}
BY_SUFFIX = {"pdf": "pdf", "docx": "docx", "html": "html", "htm": "html", "xhtml": "html", "md": "md", "markdown": "md"}
PLAIN_SUFFIXES = frozenset({"", "txt", "text", "log", "csv", "tsv", "json", "yaml", "yml", "rst"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and the wrapper of password-protected docx files
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
}
LOOKED_AT = 4_096
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def sniff_format(data: bytes, filename: str | None) -> tuple[str, list[str]]:
    """One of MEDIA_TYPES' keys, and a warning when the name claims another."""
    found = _by_bytes(data) or _by_text(data, filename)
    suffix = PurePath(filename or "").suffix.lower().lstrip(".")
    claimed = BY_SUFFIX.get(suffix, "txt" if suffix in PLAIN_SUFFIXES else None)
    if suffix and claimed is not None and claimed != found:
        return found, [f"the name ends in .{suffix}, but the content is {found}"]
    return found, []


def _by_bytes(data: bytes) -> str | None:
    head = data[:LOOKED_AT]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if head.startswith(OLE):
        if OLE_ENCRYPTED in data:
            raise EncryptedDocument("the document is protected by a password")
        raise UnsupportedDocument("this is a Word, Excel or PowerPoint file from before 2007; save it as .docx or .pdf")
    for magic, name in PICTURES.items():
        if head.startswith(magic):
            raise UnsupportedDocument(f"this is a {name} picture; text in pictures is not recognised")
    return None


def _office_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BrokenDocument(f"the file begins like a zip archive but is none: {error}") from error
    if "word/document.xml" in names:
        return "docx"
    raise UnsupportedDocument("this zip archive is no .docx file")


def _by_text(data: bytes, filename: str | None) -> str:
    head = data[:LOOKED_AT]
    if b"\0" in head and not head.startswith(UTF16):
        raise UnsupportedDocument("the file is neither pdf, docx, html, Markdown nor text")
    start = head.replace(b"\0", b"").decode("latin-1").lower()
    if re.search(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", start):
        return "html"
    suffix = PurePath(filename or "").suffix.lower().lstrip(".")
    if BY_SUFFIX.get(suffix) == "md":
        return "md"
    if BY_SUFFIX.get(suffix) == "html" and re.search(r"<(p|div|h[1-6]|table|ul|span)[\s>]", start):
        return "html"
    return "txt"
