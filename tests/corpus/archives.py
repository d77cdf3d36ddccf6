"""Office files: good ones, protected ones, bombs, and ones whose XML means harm."""

import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

import docx
import openpyxl
from pptx import Presentation
from pptx.util import Inches

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><l>&a9;</l>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    return zipped({**members_of(data), **changes})


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def a_docx() -> bytes:
    document = docx.Document()
    document.add_heading("Minutes", 1)
    document.add_paragraph("The board met on 3 May and approved the budget.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Who", "Vote", "Peña & Ñúñez", "yes"), strict=True
    ):
        cell.text = text
    return saved(document)


def a_right_to_left_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("العقد ساري المفعول حتى نهاية السنة.")
    document.add_paragraph("החוזה תקף עד סוף השנה.")
    return saved(document)


def a_pptx() -> bytes:
    deck = Presentation()
    for title, body in (("Results", "Sales grew by 12 %."), ("Plan", "Open a second warehouse.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.notes_slide.notes_text_frame.text = f"Say more about {title.lower()}."
    cells = deck.slides[0].shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for place, text in zip(((0, 0), (0, 1), (1, 0), (1, 1)), ("Region", "Sales", "North", "1,200"), strict=True):
        cells.cell(*place).text = text
    return saved(deck)


def an_empty_pptx() -> bytes:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    return saved(deck)


def an_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Invoices"
    for row in (("Number", "Date", "Total"), ("A-1", date(2026, 3, 1), 120.5), ("A-2", date(2026, 3, 9), 99)):
        sheet.append(row)
    book.create_sheet("Notes")["B2"] = "Paid by | transfer"
    return saved(book)


def a_far_cell() -> bytes:
    """One cell at the end of the sheet: 17 thousand million cells, for who would make them all."""
    book = openpyxl.Workbook()
    book.active["A1"] = "near"
    book.active["XFD1048576"] = "far"
    return saved(book)


def deep_xml() -> bytes:
    deep = b"<w:sdt><w:sdtContent>" * 50_000 + b"</w:sdtContent></w:sdt>" * 50_000
    body = b'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return changed(a_docx(), {"word/document.xml": body + deep + b"</w:body></w:document>"})


def lying_about_its_size() -> bytes:
    data = zipped({**members_of(a_docx()), "word/document.xml": b"<x/>" * 2_000_000})
    return data.replace((8_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def marked_encrypted() -> bytes:
    data = bytearray(a_docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


FILES: dict[str, Callable[[], bytes]] = {
    "minutes.docx": a_docx,
    "right-to-left.docx": a_right_to_left_docx,
    "cut.docx": lambda: a_docx()[:-300],
    "laughs.docx": lambda: changed(a_docx(), {"word/document.xml": LAUGHS}),
    "reads-files.docx": lambda: changed(a_docx(), {"word/document.xml": OUTSIDE}),
    "utf16-laughs.docx": lambda: changed(a_docx(), {"word/document.xml": LAUGHS.decode().encode("utf-16")}),
    "deep.docx": deep_xml,
    "bomb.docx": lambda: changed(a_docx(), {"word/media/picture.bin": b"\0" * 150_000_000}),
    "lying.docx": lying_about_its_size,
    "many-members.docx": lambda: changed(a_docx(), {f"x/{n}": b"" for n in range(6_000)}),
    "encrypted-members.docx": marked_encrypted,
    "password.docx": lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400,
    "from-2003.doc": lambda: OLE + b"\0" * 4_000,
    "macros.docm": lambda: changed(a_docx(), {"word/vbaProject.bin": b"\x01\x02"}),
    "macros-named.docx": lambda: changed(a_docx(), {"word/vbaProject.bin": b"\x01\x02"}),
    "deck.pptx": a_pptx,
    "only-pictures.pptx": an_empty_pptx,
    "laughs.pptx": lambda: changed(a_pptx(), {"ppt/slides/slide1.xml": LAUGHS}),
    "missing-slide.pptx": lambda: zipped(
        {n: c for n, c in members_of(a_pptx()).items() if n != "ppt/slides/slide2.xml"}
    ),
    "invoices.xlsx": an_xlsx,
    "far-cell.xlsx": a_far_cell,
    "empty.xlsx": lambda: saved(openpyxl.Workbook()),
    "laughs.xlsx": lambda: changed(an_xlsx(), {"xl/worksheets/sheet1.xml": LAUGHS}),
    "broken-sheet.xlsx": lambda: changed(an_xlsx(), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}),
    "macros.xlsm": lambda: changed(an_xlsx(), {"xl/vbaProject.bin": b"\x01\x02"}),
    "plain.zip": lambda: zipped({"readme.txt": b"hello"}),
    "zip-in-zip.docx": lambda: zipped({"inner.docx": a_docx()}),
    "really-a-docx.pdf": a_docx,
}
