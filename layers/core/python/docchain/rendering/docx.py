"""Word documents by python-docx, put into an archive without clock or chance."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from docchain.rendering.blocks import Block, Inline, to_blocks, without_controls
from docchain.rendering.meta import Meta
from docchain.rendering.stable_zip import repack

ACCENT = RGBColor(0x1F, 0x3A, 0x5F)
MUTED = RGBColor(0x5B, 0x65, 0x73)
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
DEEPEST_LIST = 3  # Word's template has three styles for each kind of list


def render_docx(title: str, body_markdown: str, meta: Mapping[str, str]) -> bytes:
    about = Meta.of(meta)
    document = docx.Document()
    _set_properties(document, without_controls(title), about)
    story = _Story(document)
    story.add_heading(0).add_run(without_controls(title))
    for name, value in about.facts:
        fact = story.add_paragraph()
        fact.paragraph_format.space_after = Pt(2)
        fact.add_run(f"{name}: ").font.color.rgb = MUTED
        fact.add_run(value)
    _write(story, to_blocks(body_markdown))
    story.finish()
    if about.footer:
        document.sections[0].footer.paragraphs[0].text = about.footer
    out = BytesIO()
    document.save(out)
    return repack(out.getvalue())


class _Story:
    """The document's text, kept apart until it is whole.

    python-docx searches the whole body for each new paragraph, and all styles for each name: that made 12,000
    paragraphs take 18 s.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._elements = OxmlElement("w:body")
        self._styles: dict[str, str] = {}

    def add_paragraph(self, style: str | None = None) -> Any:
        paragraph = self._document.add_paragraph()
        if style is not None:
            paragraph._p.style = self._style_id(style)
        self._elements.append(paragraph._p)
        return paragraph

    def add_heading(self, level: int) -> Any:
        return self.add_paragraph(style=f"Heading {level}" if level else "Title")

    def add_table(self, columns: int, style: str) -> Any:
        table = self._document.add_table(rows=0, cols=columns, style=style)
        self._elements.append(table._tbl)
        return table

    def _style_id(self, name: str) -> str:
        if name not in self._styles:
            self._styles[name] = self._document.styles[name].style_id
        return self._styles[name]

    def finish(self) -> None:
        section = self._document.element.body[-1]
        for element in list(self._elements):
            section.addprevious(element)


def _set_properties(document: Any, title: str, about: Meta) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = title[:255], about.author[:255], about.language
    properties.created = properties.modified = about.created
    properties.last_modified_by, properties.comments = "", ""
    for style in ("Title", *(f"Heading {level}" for level in range(1, 7))):
        document.styles[style].font.color.rgb = ACCENT
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)


def _write(story: _Story, blocks: list[Block], *, depth: int = 0, style: str | None = None) -> None:
    for block in blocks:
        match block["kind"]:
            case "heading":
                _write_inlines(story.add_heading(block["level"]), block["text"])
            case "paragraph":
                _write_inlines(story.add_paragraph(style=style), block["text"])
            case "list":
                _write_list(story, block, depth)
            case "table":
                _write_table(story, block)
            case "code":
                run = story.add_paragraph(style="No Spacing").add_run(block["text"])
                run.font.name, run.font.size = "Courier New", Pt(9)
            case "quote":
                _write(story, block["blocks"], depth=depth, style="Quote")
            case "rule":
                rule = story.add_paragraph()
                rule.alignment = WD_ALIGN_PARAGRAPH.CENTER
                rule.add_run("—" * 20)


def _write_list(story: _Story, block: Block, depth: int) -> None:
    level = min(depth + 1, DEEPEST_LIST)
    suffix = "" if level == 1 else f" {level}"
    bullet = f"List Bullet{suffix}"
    for number, item in enumerate(block["items"], start=block["start"]):
        first, *rest = item or [{"kind": "paragraph", "text": []}]
        # Word counts all lists of one style as one, so that a second list would go on at 4: the numbers are text.
        if block["ordered"] and first["kind"] == "paragraph":
            first = {"kind": "paragraph", "text": [{"kind": "text", "text": f"{number}. "}, *first["text"]]}
        _write(story, [first], depth=depth + 1, style=f"List{suffix}" if block["ordered"] else bullet)
        _write(story, rest, depth=depth + 1, style=f"List Continue{suffix}")


def _write_table(story: _Story, block: Block) -> None:
    columns = len(block["align"])
    table = story.add_table(columns, "Light Grid Accent 1")
    for cells in [block["header"], *block["rows"]]:
        row = table.add_row().cells
        for place, inlines, side in zip(row, cells, block["align"], strict=False):
            place.paragraphs[0].alignment = ALIGN[side]
            _write_inlines(place.paragraphs[0], inlines)
    # Marked as header, the first row is repeated on each page, and readers know it for what it is.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    story.add_paragraph()


def _write_inlines(paragraph: Any, inlines: list[Inline], **look: bool) -> None:
    for inline in inlines:
        match inline["kind"]:
            case "strong":
                _write_inlines(paragraph, inline["text"], **look, bold=True)
            case "emphasis":
                _write_inlines(paragraph, inline["text"], **look, italic=True)
            case "strike":
                _write_inlines(paragraph, inline["text"], **look, strike=True)
            case "link":
                _write_link(paragraph, inline)
            case "break":
                paragraph.add_run().add_break()
            case kind:
                run = paragraph.add_run(inline["text"])
                run.bold, run.italic, run.font.strike = look.get("bold"), look.get("italic"), look.get("strike")
                if kind == "code":
                    run.font.name = "Courier New"


def _write_link(paragraph: Any, inline: Inline) -> None:
    """python-docx has no call for hyperlinks, so the element is made by hand around the runs."""
    before = len(paragraph.runs)
    _write_inlines(paragraph, inline["text"])
    if not inline["url"]:
        return
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(inline["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    runs = paragraph.runs[before:]
    for run in runs:
        run.font.underline = True
        link.append(run._r)
    paragraph._p.append(link)
