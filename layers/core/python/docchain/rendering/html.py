"""A self-contained HTML page: no scripts, no outside resources, no raw HTML from the text."""

from collections.abc import Mapping
from html import escape
from typing import Any

from markdown_it.token import Token

from docchain.rendering.blocks import markdown_parser, parse_tokens, without_controls
from docchain.rendering.meta import Meta

STYLE = (
    "body{max-width:46rem;margin:2.5rem auto;padding:0 1rem;font:17px/1.6 Georgia,serif;color:#1c2430}"
    "h1,h2,h3{color:#1f3a5f;line-height:1.25}header{border-bottom:2px solid #1f3a5f;margin-bottom:1.5rem}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;font-size:.9rem}dt{color:#5b6573}dd{margin:0}"
    "table{border-collapse:collapse;width:100%;font-size:.95rem}"
    "th,td{padding:.4rem .6rem;border-bottom:1px solid #c9d1db}"
    "th{color:#1f3a5f;text-align:left;border-bottom:2px solid #1f3a5f}"
    "pre{background:#f4f6f8;padding:.8rem;overflow:auto}"
    "blockquote{margin:0;padding-left:1rem;border-left:3px solid #c9d1db;color:#5b6573}"
    "footer{color:#5b6573;font-size:.85rem}"
)


def render_html(title: str, body_markdown: str, meta: Mapping[str, str]) -> bytes:
    about = Meta.of(meta)
    parser = markdown_parser()
    parser.add_render_rule("image", _description)
    body = parser.renderer.render(parse_tokens(body_markdown), parser.options, {})
    heading = escape(without_controls(title))
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about.facts)
    page = (
        f'<!doctype html>\n<html lang="{about.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{escape(about.author)}">\n'
        f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{heading}</h1>{f'<dl>{facts}</dl>' if facts else ''}</header>\n"
        f"<main>\n{body}</main>\n<footer>{escape(about.footer)}</footer>\n</body>\n</html>\n"
    )
    return page.encode()


def _description(_: object, tokens: list[Token], index: int, *__: Any) -> str:
    return escape(tokens[index].content)
