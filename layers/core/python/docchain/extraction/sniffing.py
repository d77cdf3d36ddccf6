"""What a file is, from its first bytes: a name can say anything."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from docchain.extraction.errors import BrokenDocument, EncryptedDocument, MacrosRefused, UnsupportedDocument
from docchain.extraction.utf16 import unmarked_utf16

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "eml": "message/rfc822",
    "csv": "text/csv",
    "html": "text/html",
    "md": "text/markdown",
    "txt": "text/plain",
}
BY_SUFFIX = {name: name for name in MEDIA_TYPES} | {"htm": "html", "xhtml": "html", "markdown": "md", "tsv": "csv"}
PLAIN_SUFFIXES = frozenset({"", "txt", "text", "log", "json", "yaml", "yml", "rst"})
MAIN_PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
MACROS = "vbaproject.bin"
MAIL_HEADER = re.compile(
    r"^(?:from|to|subject|date|received|message-id|mime-version|return-path|delivered-to|cc|content-type):",
    re.MULTILINE,
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and the wrapper of password-protected docx files
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
}
LOOKED_AT = 4_096
MANY_HEADERS = 3
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
    kind = next((kind for part, kind in MAIN_PARTS.items() if part in names), None)
    if kind is None:
        raise UnsupportedDocument("this zip archive is no .docx, .pptx or .xlsx file")
    if any(name.lower().endswith(MACROS) for name in names):
        raise MacrosRefused(f"the file carries macros; save it without them as .{kind}")
    return kind


def _by_text(data: bytes, filename: str | None) -> str:
    head = data[:LOOKED_AT]
    if b"\0" in head and not head.startswith(UTF16) and unmarked_utf16(head) is None:
        raise UnsupportedDocument(f"the file is none of {', '.join(MEDIA_TYPES)}")
    start = head.replace(b"\0", b"").decode("latin-1").lower()
    suffix = PurePath(filename or "").suffix.lower().lstrip(".")
    if _is_mail(start, suffix):
        return "eml"
    if re.search(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", start):
        return "html"
    if BY_SUFFIX.get(suffix) == "md":
        return "md"
    if BY_SUFFIX.get(suffix) == "csv" and re.search(r"[,;\t|]", start):
        return "csv"
    if BY_SUFFIX.get(suffix) == "html" and re.search(r"<(p|div|h[1-6]|table|ul|span)[\s>]", start):
        return "html"
    return "txt"


def _is_mail(start: str, suffix: str) -> bool:
    """A mail begins with headers; many of them are none by accident, two suffice when the name says the same."""
    headers = start.lstrip("\ufeff").replace("\r\n", "\n").partition("\n\n")[0]
    if not re.match(r"[a-z][a-z0-9-]*:", headers):
        return False
    found = {match[0] for match in MAIL_HEADER.finditer(headers)}
    return len(found) >= (2 if suffix == "eml" else MANY_HEADERS) and bool(found & {"from:", "received:"})
