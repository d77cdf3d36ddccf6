"""PDF/A-2b by Typst: the same text gives the same bytes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from docchain.rendering.blocks import to_blocks, without_controls
from docchain.rendering.errors import RenderingFailed
from docchain.rendering.meta import Meta

TEMPLATE = Path(__file__).with_name("document.typ")


def render_pdf(title: str, body_markdown: str, meta: Mapping[str, str]) -> bytes:
    """``meta``: see ``Meta``."""
    about = Meta.of(meta)
    data = {
        "title": without_controls(title),
        "author": about.author,
        "language": about.language,
        "footer": about.footer,
        "facts": about.facts,
        "blocks": to_blocks(body_markdown),
    }
    return _compiled(json.dumps(data), int(about.created.timestamp()))


def _compiled(data: str, timestamp: int) -> bytes:
    try:
        return _compile(data, timestamp, ["a-2b"])
    except typst.TypstError:
        pass
    # PDF/A allows no letter without a glyph (emoji, Chinese, Arabic). Such a text becomes a plain PDF: the letters
    # show as boxes, but searching and copying still find them.
    try:
        return _compile(data, timestamp, [])
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
