"""What an Office file must be before it is opened: an archive of a sane size whose XML declares no entities."""

import re
import zipfile
from io import BytesIO

from docchain.extraction.errors import BrokenDocument, DocumentTooLarge, EncryptedDocument
from docchain.extraction.limits import (
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MAX_XML_BYTES,
    RATIO_MATTERS_ABOVE,
    check_deadline,
    check_size,
)

ENCRYPTED_FLAG = 0x1
CHUNK = 1_000_000
DECLARATION = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
OTHER_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE)


def check_archive(data: bytes, deadline: float | None) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members)
            for member in members:
                _check_member(archive, member, deadline)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise BrokenDocument(f"the archive is damaged: {error}") from error


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    check_size("files in the archive", len(members), MAX_MEMBERS)
    check_size("unpacked bytes", sum(member.file_size for member in members), MAX_UNPACKED_BYTES)
    check_size("bytes of XML", sum(member.file_size for member in members if _is_xml(member)), MAX_XML_BYTES)
    for member in members:
        if member.flag_bits & ENCRYPTED_FLAG:
            raise EncryptedDocument("the document is protected by a password")
        if member.file_size > max(RATIO_MATTERS_ABOVE, member.compress_size * MAX_RATIO):
            raise DocumentTooLarge(f"{member.filename} is packed more than {MAX_RATIO} times: this looks like a bomb")


def _is_xml(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith((".xml", ".rels"))


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, deadline: float | None) -> None:
    """Unpacks once, for nothing but its size and declarations: the sizes in an archive's directory are only claims."""
    check_deadline(deadline)
    size, kept = 0, b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            check_size(f"unpacked bytes of {member.filename}", size, member.file_size)
            if _is_xml(member):
                kept = _check_xml(member.filename, kept + chunk, first=size == len(chunk))


def _check_xml(name: str, part: bytes, *, first: bool) -> bytes:
    if first and (part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in part[:64] or OTHER_ENCODING.match(part)):
        raise BrokenDocument(f"{name} is not in UTF-8")
    if DECLARATION.search(part):
        raise BrokenDocument(f"{name} declares a document type or entities, which Office files never do")
    return part[-16:]  # a declaration may be cut in two by the chunks
