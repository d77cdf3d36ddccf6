"""PDFs that are broken, protected, scanned, huge or nested."""

import json
import zlib
from collections.abc import Callable
from io import BytesIO

import pypdf
import typst
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

LEASE = "The lease of the warehouse in Valencia ends on 31 December 2027."
GRID = "#table(columns: 3, [Item], [Quantity], [Price], [Paper], [20], [4.50], [Ink], [2], [31.00])"


def compiled(source: str) -> bytes:
    return bytes(typst.compile(source.encode(), format="pdf", ignore_system_fonts=True))


def a_text() -> bytes:
    return compiled(f"= Lease\n{LEASE}\n== Term\nIt may be renewed once.")


def rewritten(data: bytes, **options: object) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(data))
    if options:
        writer.encrypt(**options)  # type: ignore[arg-type]  # as the caller says
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def blank(pages: int, behind: bytes | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    if behind:
        writer.append(BytesIO(behind))
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def scanned() -> bytes:
    """A page that is one grey picture, as a scanner makes it."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    picture = DecodedStreamObject()
    picture.set_data(zlib.compress(b"\xc0" * 200 * 300))
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(200),
            NameObject("/Height"): NumberObject(300),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/FlateDecode"),
        }
    )
    drawn = DecodedStreamObject()
    drawn.set_data(b"q 595 0 0 842 0 0 cm /scan Do Q")
    objects = DictionaryObject({NameObject("/scan"): writer._add_object(picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
    page[NameObject("/Contents")] = writer._add_object(drawn)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def hand_written(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + end


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def pages_in_a_circle() -> bytes:
    return hand_written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 9/Kids[3 0 R]>>",
            b"<</Type/Pages/Count 9/Kids[2 0 R]>>",
        ]
    )


def bomb_in_a_stream() -> bytes:
    """A page whose drawing is 400 MB of blanks, packed three times over."""
    packed = b" " * 400_000_000
    for _ in range(3):
        packed = zlib.compress(packed, 9)
    content = stream(packed, b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    return hand_written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content])


def nested_arrays() -> bytes:
    deep = b"[" * 100_000 + b"]" * 100_000
    return hand_written([b"<</Type/Catalog/Pages 2 0 R/Deep %s>>" % deep, b"<</Type/Pages/Count 0/Kids[]>>"])


def with_a_script() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(a_text()))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_deep_bookmarks() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(a_text()))
    parent = None
    for level in range(300):
        parent = writer.add_outline_item(title=f"Level {level}", page_number=0, parent=parent)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def circular_form() -> bytes:
    """A form that draws itself."""
    form = stream(b"/me Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</me 4 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R/Resources<</XObject<</me 4 0 R>>>>>>"
    kids = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return hand_written([b"<</Type/Catalog/Pages 2 0 R>>", kids, page, form, stream(b"/me Do")])


def wide_drawing() -> bytes:
    """More lines than anybody looks for tables in."""
    lines = "".join(f"#place(line(start: ({n}pt, 0pt), end: ({n}pt, 9pt)))" for n in range(4_000))
    return compiled(f"{LEASE}\n{lines}")


FILES: dict[str, Callable[[], bytes]] = {
    "text.pdf": a_text,
    "table.pdf": lambda: compiled(f"= Order\n{GRID}\nThank you for your order."),
    "two-columns.pdf": lambda: compiled(f"#set page(columns: 2)\n{LEASE}\n#colbreak()\nSecond column here."),
    "scanned.pdf": scanned,
    "half-scanned.pdf": lambda: blank(2, a_text()),
    "encrypted.pdf": lambda: rewritten(a_text(), user_password="secret", algorithm="AES-256"),
    "only-restricted.pdf": lambda: rewritten(a_text(), user_password="", owner_password="o", algorithm="AES-128"),
    "cut.pdf": lambda: a_text()[: len(a_text()) // 2],
    "no-trailer.pdf": lambda: a_text().rpartition(b"xref")[0],
    "garbage.pdf": lambda: b"%PDF-1.7\n" + b"\x00\xff<<>>[(" * 5_000,
    "only-a-header.pdf": lambda: b"%PDF-1.7",
    "junk-before.pdf": lambda: b"X-Mailer: something\r\n" * 10 + a_text(),
    "ten-thousand-pages.pdf": lambda: blank(10_000),
    "pages-in-a-circle.pdf": pages_in_a_circle,
    "draws-itself.pdf": circular_form,
    "bomb.pdf": bomb_in_a_stream,
    "nested-arrays.pdf": nested_arrays,
    "script.pdf": with_a_script,
    "deep-bookmarks.pdf": with_deep_bookmarks,
    "four-thousand-lines.pdf": wide_drawing,
    "really-a-pdf.docx": a_text,
    "json-inside.pdf": lambda: json.dumps({"this": "is no PDF"}).encode(),
}
