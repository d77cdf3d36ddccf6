"""Markdown that stands by itself: the title, what is known of the document, and the text as it is."""

from collections.abc import Mapping

from docchain.rendering.blocks import parse_tokens, without_controls
from docchain.rendering.meta import Meta


def render_markdown(title: str, body_markdown: str, meta: Mapping[str, str]) -> bytes:
    parse_tokens(body_markdown)  # for its limits, which are the same for every format
    about = Meta.of(meta)
    facts = [f"- **{name}:** {' '.join(value.split())}" for name, value in about.facts]
    parts = [
        f"# {' '.join(without_controls(title).split())}",
        "\n".join(facts),
        without_controls(body_markdown).strip(),
    ]
    footer = ["---", about.footer] if about.footer else []
    return ("\n\n".join(part for part in [*parts, *footer] if part) + "\n").encode()
