"""How a text is built: its headings and sections, paragraphs, lists and tables, each with its place.

By rules: a heading is marked as in Markdown, numbered, a clause, or a short line in capitals. What only looks like one
because it is bold or large is not seen, for the text does not say so.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from docchain.ai.local.sentences import split_sentences
from docchain.extraction.structure import Section, structure_from

LOOKED_AT: Final = 1_000_000
MOST: Final = 500
LIMITS: Final = "headings that are only told by their type face are not seen"
_TITLE_CHARACTERS: Final = 120

_MARKDOWN = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?[ \t]+([^\W\d_].*)")
_CLAUSE = re.compile(
    r"(?:article|section|clause|chapter|annex|appendix|schedule|artículo|sección|cláusula|capítulo|anexo|apéndice)"
    r"[ \t]+(?:\d{1,3}|[ivxlcIVXLC]{1,6}|[A-H]|[a-záéíóú]{5,12})\b.*",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"(?:[-*•·–]|\d{1,3}[.)]|[a-z]\))[ \t]+\S")
_RULE = re.compile(r"[|\s:+-]+")


def find_structure(source: str) -> dict[str, Any]:
    text = source[:LOOKED_AT]
    counts = dict.fromkeys(("paragraphs", "list_items", "tables", "table_rows", "code_blocks"), 0)
    headings: list[dict[str, Any]] = []
    for kind, start, line, level in _blocks(text):
        if kind == "heading":
            headings.append({"title": _title(line), "level": level, "start": start})
        else:
            counts[kind] += 1
    sections = sections_of(text, headings)
    return {
        "sections": [_told(text, section) for section in sections[:MOST]],
        "depth": len({section.level for section in sections}),
        "counts": {
            **counts,
            "headings": len(headings),
            "sentences": len(split_sentences(text)),
            "words": len(text.split()),
            "characters": len(text),
        },
        "empty_sections": [s.title for s in sections[:MOST] if is_empty(text, s, sections)],
        "characters_considered": len(text),
        "limits": LIMITS,
    }


def find_headings(text: str) -> list[dict[str, Any]]:
    return [
        {"title": _title(line), "level": level, "start": start}
        for kind, start, line, level in _blocks(text)
        if kind == "heading"
    ]


def sections_of(text: str, headings: list[dict[str, Any]]) -> list[Section]:
    return list(structure_from({"text": text, "headings": headings}).sections)


def is_empty(text: str, section: Section, among: list[Section]) -> bool:
    """It has neither text nor a section of its own below it. A document's title stands above all, marked so or not."""
    if section is among[0] and len(among) > 1:
        return False
    if any(section.start < other.start < section.end for other in among[:MOST]):
        return False
    return not text[section.start : section.end].partition("\n")[2].strip()


def _told(text: str, section: Section) -> dict[str, Any]:
    words = len(text[section.start : section.end].split())
    return {
        "title": section.title,
        "level": section.level,
        "start": section.start,
        "end": section.end,
        "words": words,
    }


def _blocks(text: str) -> Iterator[tuple[str, int, str, int]]:
    """Kind, place, line, level. A paragraph and a table are told once, at their first line."""
    position, before, in_code = 0, "", False
    for raw in text.splitlines(keepends=True):
        line, start = raw.strip(), position + len(raw) - len(raw.lstrip())
        position += len(raw)
        if line.startswith("```"):
            in_code = not in_code
            if in_code:
                yield "code_blocks", start, line, 0
            before = "code"
            continue
        if in_code:
            continue
        kind, level = _kind(line, before)
        if kind == "table_rows" and _RULE.fullmatch(line):
            continue  # the line below a table's header
        if kind == "table_rows" and before != "table_rows":
            yield "tables", start, line, 0
        if kind and not (kind == "paragraphs" and before in ("paragraphs", "list_items")):
            yield kind, start, line, level
        before = "list_items" if kind == "paragraphs" and before == "list_items" else kind


def _kind(line: str, before: str) -> tuple[str, int]:
    if not line:
        return "", 0
    if marked := _MARKDOWN.match(line):
        return "heading", len(marked[1])
    if line.startswith("|"):
        return "table_rows", 0
    # Others are headings only where a paragraph could begin: in the midst of one they are its words.
    if before in ("", "heading", "code") and len(line) <= _TITLE_CHARACTERS and line[-1] not in ".,;:!?":
        if numbered := _NUMBERED.match(line):
            return "heading", numbered[1].count(".") + 1
        if _CLAUSE.match(line) or _is_capitals(line):
            return "heading", 1
    return ("list_items", 0) if _LIST_ITEM.match(line) else ("paragraphs", 0)


def _is_capitals(line: str) -> bool:
    return len(line.split()) > 1 and line.isupper() and sum(c.isalpha() for c in line) > len(line) / 2


def _title(line: str) -> str:
    return line.lstrip("#").strip(" *_\t")[:_TITLE_CHARACTERS]
