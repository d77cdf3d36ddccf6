"""Markdown as plain JSON blocks, the one form that the writers of pdf and docx start from.

A block is a dict with ``kind``: heading, paragraph, list, table, code, quote or rule. Inline text is a list of dicts
with ``kind``: text, strong, emphasis, strike, code, link or break. Raw HTML stays text, and pictures become their
description: a document never loads anything.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from docchain.rendering.errors import RenderingTooLarge

Block = dict[str, Any]
Inline = dict[str, Any]

MAX_MARKDOWN = 1_000_000
MAX_TOKENS = 100_000
MAX_NESTING = 12
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def markdown_parser() -> MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": MAX_NESTING}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def parse_tokens(markdown: str) -> list[Token]:
    if len(markdown) > MAX_MARKDOWN:
        raise RenderingTooLarge(
            f"the text has {len(markdown):,} characters, more than {MAX_MARKDOWN:,}",
            details={"limit": MAX_MARKDOWN, "found": len(markdown)},
        )
    tokens = markdown_parser().parse(without_controls(markdown))
    count = sum(1 + len(token.children or ()) for token in tokens)
    if count > MAX_TOKENS:
        raise RenderingTooLarge(
            f"the text has {count:,} parts, more than {MAX_TOKENS:,}", details={"limit": MAX_TOKENS, "found": count}
        )
    return tokens


def without_controls(text: str) -> str:
    """Control characters and lone surrogates can stand in JSON, but neither in XML nor in a PDF."""
    return CONTROLS.sub("", text)


def to_blocks(markdown: str) -> list[Block]:
    return _blocks(SyntaxTreeNode(parse_tokens(markdown)).children)


def _blocks(nodes: list[SyntaxTreeNode]) -> list[Block]:
    return [block for node in nodes if (block := _block(node)) is not None]


def _block(node: SyntaxTreeNode) -> Block | None:
    match node.type:
        case "heading":
            return {"kind": "heading", "level": int(node.tag[1]), "text": _inlines(node)}
        case "paragraph":
            return {"kind": "paragraph", "text": _inlines(node)}
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1))
            items = [_blocks(item.children) for item in node.children]
            return {"kind": "list", "ordered": node.type == "ordered_list", "start": start, "items": items}
        case "fence" | "code_block":
            return {"kind": "code", "text": node.content.rstrip("\n")}
        case "blockquote":
            return {"kind": "quote", "blocks": _blocks(node.children)}
        case "hr":
            return {"kind": "rule"}
        case "table":
            return _table(node)
    return None


def _table(node: SyntaxTreeNode) -> Block:
    rows = [row for section in node.children for row in section.children]
    cells = [[_inlines(cell) for cell in row.children] for row in rows]
    styles = [str(cell.attrs.get("style", "")) for cell in rows[0].children]
    align = [style.rpartition(":")[2] or "left" for style in styles]
    return {"kind": "table", "align": align, "header": cells[0], "rows": cells[1:]}


def _inlines(node: SyntaxTreeNode) -> list[Inline]:
    """The inline parts below a block, or below another inline part."""
    children = node.children
    if len(children) == 1 and children[0].type == "inline":
        children = children[0].children
    return [_inline(child) for child in children]


KINDS = {"strong": "strong", "em": "emphasis", "s": "strike"}


def _inline(node: SyntaxTreeNode) -> Inline:
    match node.type:
        case "strong" | "em" | "s":
            return {"kind": KINDS[node.type], "text": _inlines(node)}
        case "link":
            return {"kind": "link", "url": str(node.attrs.get("href", "")), "text": _inlines(node)}
        case "code_inline":
            return {"kind": "code", "text": node.content}
        case "softbreak":
            return {"kind": "text", "text": " "}
        case "hardbreak":
            return {"kind": "break"}
    return {"kind": "text", "text": node.content}


def plain_text(inlines: list[Inline]) -> str:
    parts = []
    for inline in inlines:
        text = inline.get("text", " ")
        parts.append(text if isinstance(text, str) else plain_text(text))
    return "".join(parts)
