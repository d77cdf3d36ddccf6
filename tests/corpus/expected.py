"""What must come of each awkward file: a format and words of its text, or the code of an error."""

from typing import NamedTuple


class Read(NamedTuple):
    format: str
    has: str
    warns: str = ""


class Refused(NamedTuple):
    code: str


BROKEN, EMPTY, ENCRYPTED = Refused("DOCUMENT_BROKEN"), Refused("DOCUMENT_EMPTY"), Refused("DOCUMENT_ENCRYPTED")
LARGE, NO_TEXT, OTHER = Refused("DOCUMENT_TOO_LARGE"), Refused("NO_TEXT_LAYER"), Refused("UNSUPPORTED_DOCUMENT")
MACROS = Refused("DOCUMENT_HAS_MACROS")
LEASE = "warehouse in Valencia"
SPANISH = "señora Muñoz pagará 1.200 €"

EXPECTED: dict[str, Read | Refused] = {
    "text.pdf": Read("pdf", LEASE),
    "table.pdf": Read("pdf", "Thank you"),
    "two-columns.pdf": Read("pdf", "Second column"),
    "scanned.pdf": NO_TEXT,
    "half-scanned.pdf": Read("pdf", LEASE, "no text layer on pages 2, 3"),
    "encrypted.pdf": ENCRYPTED,
    "only-restricted.pdf": Read("pdf", LEASE),
    "cut.pdf": BROKEN,
    "no-trailer.pdf": Read("pdf", LEASE),
    "garbage.pdf": BROKEN,
    "only-a-header.pdf": BROKEN,
    "junk-before.pdf": Read("pdf", LEASE),
    "ten-thousand-pages.pdf": LARGE,
    "pages-in-a-circle.pdf": BROKEN,
    "draws-itself.pdf": NO_TEXT,
    "bomb.pdf": Refused("DOCUMENT_READER_STOPPED"),
    "nested-arrays.pdf": BROKEN,
    "script.pdf": Read("pdf", LEASE),
    "deep-bookmarks.pdf": Read("pdf", LEASE),
    "four-thousand-lines.pdf": Read("pdf", LEASE),
    "really-a-pdf.docx": Read("pdf", LEASE, "the name ends in .docx"),
    "json-inside.pdf": Read("txt", "is no PDF", "the content is txt"),
    "minutes.docx": Read("docx", "| Peña & Ñúñez | yes |"),
    "right-to-left.docx": Read("docx", "العقد ساري"),
    "cut.docx": BROKEN,
    "laughs.docx": BROKEN,
    "reads-files.docx": BROKEN,
    "utf16-laughs.docx": BROKEN,
    "deep.docx": BROKEN,
    "bomb.docx": LARGE,
    "lying.docx": BROKEN,
    "many-members.docx": LARGE,
    "encrypted-members.docx": ENCRYPTED,
    "password.docx": ENCRYPTED,
    "from-2003.doc": OTHER,
    "macros.docm": MACROS,
    "macros-named.docx": MACROS,
    "deck.pptx": Read("pptx", "| North | 1,200 |"),
    "only-pictures.pptx": EMPTY,
    "laughs.pptx": BROKEN,
    "missing-slide.pptx": BROKEN,
    "invoices.xlsx": Read("xlsx", "| A-1 | 2026-03-01 | 120.5 |"),
    "far-cell.xlsx": LARGE,
    "empty.xlsx": EMPTY,
    "laughs.xlsx": BROKEN,
    "broken-sheet.xlsx": BROKEN,
    "macros.xlsm": MACROS,
    "plain.zip": OTHER,
    "zip-in-zip.docx": OTHER,
    "really-a-docx.pdf": Read("docx", "board met", "the content is docx"),
    "delivery.eml": Read("eml", "arrives on Thursday", "1 attached files were not read"),
    "only-html.eml": Read("eml", "Ten per cent off"),
    "nested.eml": BROKEN,
    "wrong-charset.eml": Read("eml", "readable"),
    "no-body.eml": Read("eml", "Only a subject"),
    "many-parts.eml": LARGE,
    "nothing.txt": EMPTY,
    "blanks.txt": EMPTY,
    "mark-only.txt": EMPTY,
    "marked.txt": Read("txt", SPANISH),
    "utf16.txt": Read("txt", SPANISH),
    "utf16-unmarked.txt": Read("txt", SPANISH),
    "windows.txt": Read("txt", SPANISH, "read as cp1252"),
    "wrong-mark.txt": BROKEN,
    "binary.txt": BROKEN,
    "zeros.bin": OTHER,
    "one-line.txt": Read("txt", "word word"),
    "too-long.txt": LARGE,
    "too-large.txt": LARGE,
    "right-to-left.txt": Read("txt", "החוזה תקף"),
    "picture.pdf": OTHER,
    "page.html": Read("html", "Text & more."),
    "page.txt": Read("html", "Really a page", "the content is html"),
    "deep.html": BROKEN,
    "latin.html": Read("html", "Muñoz"),
    "bad-codec.html": Read("html", "café", "read as cp1252"),
    "only-script.html": EMPTY,
    "huge.html": LARGE,
    "notes.md": Read("md", "# no heading"),
    "pipes.md": Read("md", "||||"),
    "table.csv": Read("csv", "| other | a, b |"),
    "semicolons.csv": Read("csv", "| Peña | 1,5 |", "read as cp1252"),
    "wide.csv": LARGE,
    "huge-field.csv": BROKEN,
    "prose.csv": Read("txt", "has no columns", "the content is txt"),
}
