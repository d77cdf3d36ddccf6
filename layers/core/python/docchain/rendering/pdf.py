"""PDF/A-2b by Typst, or PDF/A-3b where files are attached: the same text gives the same bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from docchain.rendering.blocks import to_blocks, without_controls
from docchain.rendering.errors import NotArchivable, RenderingFailed
from docchain.rendering.meta import Meta

Archive = Literal["prefer", "require", "never"]
TEMPLATE = Path(__file__).with_name("document.typ")


@dataclass(frozen=True)
class Attachment:
    """A text file that a PDF carries: its data, in a form for programs."""

    name: str
    media_type: str
    description: str
    content: str


@dataclass(frozen=True)
class Pdf:
    """``standard`` is a-2b, a-3b, or none for a plain PDF."""

    data: bytes
    standard: str


def render_pdf(
    title: str, body_markdown: str, meta: Mapping[str, str], attachments: Sequence[Attachment] = ()
) -> bytes:
    """PDF/A where that is possible. ``meta``: see ``Meta``."""
    return render_pdf_as(title, body_markdown, meta, attachments).data


def render_pdf_as(
    title: str,
    body_markdown: str,
    meta: Mapping[str, str],
    attachments: Sequence[Attachment] = (),
    archive: Archive = "prefer",
) -> Pdf:
    """Says which standard was kept. Raises ``NotArchivable`` where PDF/A is required and cannot be."""
    about = Meta.of(meta)
    data = {
        "title": without_controls(title),
        "author": about.author,
        "language": about.language,
        "footer": about.footer,
        "facts": about.facts,
        "blocks": to_blocks(body_markdown),
        "attachments": [asdict(attachment) for attachment in attachments],
    }
    # PDF/A-2 allows no attachments but other PDF/A files.
    standard = "a-3b" if attachments else "a-2b"
    return _compiled(json.dumps(data), int(about.created.timestamp()), standard, archive)


def _compiled(data: str, timestamp: int, standard: str, archive: Archive) -> Pdf:
    if archive != "never":
        try:
            return Pdf(_compile(data, timestamp, [standard]), standard)
        except typst.TypstError as error:
            if archive == "require":
                raise NotArchivable(f"the text cannot become PDF/A: {error.message}") from error
    # PDF/A allows no letter without a glyph (emoji, Chinese, Arabic). Such a text becomes a plain PDF: the letters
    # show as boxes, but searching and copying still find them.
    try:
        return Pdf(_compile(data, timestamp, []), "none")
    except typst.TypstError as error:
        raise RenderingFailed(f"the PDF cannot be made: {error.message}") from error


def _compile(data: str, timestamp: int, standards: list[str]) -> bytes:
    pdf: Any = _compiler().compile(
        _template(), format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=timestamp
    )
    return bytes(pdf)


@cache
def _compiler() -> Any:
    # Only the fonts inside the package: those of a machine would make its bytes differ from another's.
    return typst.Compiler(_template(), root=TEMPLATE.parent, ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
