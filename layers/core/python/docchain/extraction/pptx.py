"""PowerPoint slides in their order: titles, texts, tables and notes, read from the XML itself.

A library for it would bring one for pictures and one for spreadsheets along; a slide's text is three elements.
"""

import posixpath
import xml.etree.ElementTree as ET
import zipfile
from io import BytesIO
from typing import Any

from docchain.extraction.archive import check_archive
from docchain.extraction.errors import BrokenDocument, EmptyDocument
from docchain.extraction.limits import MAX_PAGES, check_deadline, check_size
from docchain.extraction.models import Extracted
from docchain.extraction.office_properties import read_properties
from docchain.extraction.sheets import as_document
from docchain.extraction.tabular import markdown_table

MAIN = "ppt/presentation.xml"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BREAK = "\n"
TEXT = (f"{A}t", f"{A}br")
TITLES = ("title", "ctrTitle")
NOT_CONTENT = ("sldNum", "dt", "ftr", "hdr")
DEEPEST = 60


def extract_pptx(data: bytes, *, deadline: float | None) -> Extracted:
    check_archive(data, deadline)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = _slide_names(archive)
            check_size("slides", len(names), MAX_PAGES)
            slides = []
            for name in names:
                check_deadline(deadline)
                slides.append(_slide(archive, name))
            metadata = read_properties(archive) | {"slides": len(slides)}
    except (ET.ParseError, KeyError, ValueError, AttributeError) as error:
        raise BrokenDocument(f"the presentation is damaged: {error}") from error
    except RecursionError as error:
        raise BrokenDocument("the presentation's shapes are nested too deeply") from error
    if not any(title or body for title, body in slides):
        raise EmptyDocument("no slide has text; text in pictures is not recognised")
    empty = [str(number) for number, (title, body) in enumerate(slides, 1) if not title and not body]
    warnings = [f"no text on {'slide' if len(empty) == 1 else 'slides'} {', '.join(empty[:20])}"] if empty else []
    return as_document("pptx", slides, metadata, warnings)


def _slide_names(archive: zipfile.ZipFile) -> list[str]:
    targets = _relations(archive, MAIN)
    root = _parsed(archive, MAIN)
    ids = [element.get(R_ID, "") for element in root.iterfind(f"{P}sldIdLst/{P}sldId")]
    return [targets[name][0] for name in ids]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Of a part: id → the part it names, and as what."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in archive.namelist():
        return {}
    found = {}
    for element in _parsed(archive, path):
        target = posixpath.normpath(posixpath.join(folder, element.get("Target", ""))).lstrip("/")
        found[element.get("Id", "")] = (target, element.get("Type", "").rpartition("/")[2])
    return found


def _parsed(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(archive.read(name))  # noqa: S314  # check_archive refused declarations of entities


def _slide(archive: zipfile.ZipFile, name: str) -> tuple[str, str]:
    tree = _parsed(archive, name).find(f"{P}cSld/{P}spTree")
    titles: list[str] = []
    parts: list[str] = []
    if tree is not None:
        _collect(tree, titles, parts, 0)
    notes = next((target for target, kind in _relations(archive, name).values() if kind == "notesSlide"), None)
    if notes and notes in archive.namelist():
        said = _notes(_parsed(archive, notes))
        parts += [f"> Notes: {said}"] if said else []
    return " ".join(titles), "\n\n".join(parts)


def _collect(tree: Any, titles: list[str], parts: list[str], depth: int) -> None:
    if depth > DEEPEST:
        raise BrokenDocument("the presentation's shapes are nested too deeply")
    for shape in tree:
        if shape.tag == f"{P}grpSp":
            _collect(shape, titles, parts, depth + 1)
        elif shape.tag == f"{P}graphicFrame":
            parts += [_table(table) for table in shape.iter(f"{A}tbl")]
        elif shape.tag == f"{P}sp" and (kind := _placeholder(shape)) not in NOT_CONTENT:
            paragraphs = _paragraphs(shape)
            if kind in TITLES and paragraphs:
                titles.append(" ".join(paragraphs))
            elif paragraphs:
                parts.append("\n\n".join(paragraphs))


def _placeholder(shape: Any) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return "" if found is None else str(found.get("type", "body"))


def _paragraphs(element: Any) -> list[str]:
    lines = []
    for paragraph in element.iter(f"{A}p"):
        text = "".join(
            BREAK if part.tag == f"{A}br" else part.text or "" for part in paragraph.iter() if part.tag in TEXT
        )
        if text.strip():
            lines.append(text.strip())
    return lines


def _table(table: Any) -> str:
    rows = [[" ".join(_paragraphs(cell)) for cell in row.iterfind(f"{A}tc")] for row in table.iterfind(f"{A}tr")]
    return markdown_table(rows)


def _notes(root: Any) -> str:
    found = [_paragraphs(shape) for shape in root.iter(f"{P}sp") if _placeholder(shape) == "body"]
    return " ".join(" ".join(paragraphs) for paragraphs in found)
