"""From what was said about a document back to where the document says it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docchain.extraction.models import Extracted
from docchain.extraction.outline import outline
from docchain.extraction.structure import Structure, structure_from, structure_of

SHORTEST = 2
VALUES_MOST = 200
LONGEST = 2_000


def structure_behind(text: str, outputs: Iterable[Mapping[str, Any]]) -> Structure:
    """Of the extraction among these outputs that has this very text; else of the text as Markdown."""
    for output in outputs:
        if output.get("pages") and output.get("text") == text:
            return structure_from(output)
    headings, tables = outline(text)
    return structure_of(Extracted(text, "md", "text/markdown", [], headings, tables))


def with_sources(found: list[dict[str, Any]], structure: Structure) -> list[dict[str, Any]]:
    """Those that have a ``start`` and an ``end`` say in ``source`` what stands there: page, section."""
    return [
        {**item, "source": structure.source_of(item["start"], item["end"]).as_json()}
        if isinstance(item.get("start"), int) and isinstance(item.get("end"), int)
        else item
        for item in found
    ]


def sources_of_values(data: Any, text: str, structure: Structure) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """JSON pointer → source of each value that stands in the text in its own words, and those that do not.

    A value without a source is not wrong: a date may be written another way. It is one that a person should look at.
    """
    sources: dict[str, dict[str, Any]] = {}
    unsourced: list[str] = []
    for number, (pointer, value) in enumerate(_leaves(data, "")):
        if number == VALUES_MOST:
            break
        place = find_quote(text, value)
        if place:
            sources[pointer] = structure.source_of(*place).as_json()
        else:
            unsourced.append(pointer)
    return sources, unsourced


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """The first place with these words, whatever blanks and line breaks lie between them, as whole words."""
    words = quote[:LONGEST].split()
    if not words or (len(quote.strip()) < SHORTEST and not quote.strip().isdigit()):
        return None
    pattern = r"\s+".join(map(re.escape, words))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text) or re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    return match.span() if match else None


def _leaves(data: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Texts and numbers; truth values and nothing are judgements, which stand nowhere."""
    match data:
        case dict():
            for name, value in data.items():
                yield from _leaves(value, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")
        case list():
            for index, value in enumerate(data):
                yield from _leaves(value, f"{pointer}/{index}")
        case bool() | None:
            return
        case str() if data.strip():
            yield pointer, data
        case int() | float():
            yield pointer, f"{data:.15g}" if isinstance(data, float) else str(data)
