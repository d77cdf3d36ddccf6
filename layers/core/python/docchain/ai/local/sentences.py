"""Sentences of a text, with where they stand in it."""

import re
from dataclasses import dataclass

PARAGRAPH = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•·#|>]|\d{1,3}[.)]\s))")
END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[A-ZÁÉÍÓÚÜÑ0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mrs?|Ms|Dr|Prof|St|No|Nos|Art|Arts|Inc|Ltd|Co|Corp|vs|etc|e\.g|i\.e|cf|pp?|Fig|Sec|approx|"
    r"Sra?|Srta|Dra?|D|Dña|Ud|Uds|núm|nº|art|arts|pág|págs|aprox|ej|S\.A|S\.L|S\.L\.U|EE\.UU|\d{1,3}(?:\.\d{1,3})*)\.$",
    re.IGNORECASE,
)
MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*•·>]|\d{1,3}[.)])\s+|\*\*|__|`")
LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
LOOKED_BACK = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """``source[start:end]`` is what it was made of; ``text`` is that without line breaks and Markdown's marks."""

    text: str
    start: int
    end: int


def split_sentences(source: str) -> list[Sentence]:
    found: list[Sentence] = []
    position = 0
    for gap in [*PARAGRAPH.finditer(source), None]:
        end = gap.start() if gap else len(source)
        found.extend(_in_paragraph(source, position, end))
        position = gap.end() if gap else end
    return found


def _in_paragraph(source: str, start: int, end: int) -> list[Sentence]:
    if source[start:end].lstrip().startswith("|"):
        return []  # a table's row
    found, begin = [], start
    for stop in END.finditer(source, start, end):
        if ABBREVIATION.search(source[max(begin, stop.start() - LOOKED_BACK) : stop.start() + 1]):
            continue
        found.append(_sentence(source, begin, stop.end()))
        begin = stop.end()
    found.append(_sentence(source, begin, end))
    return [sentence for sentence in found if sentence.text]


def _sentence(source: str, start: int, end: int) -> Sentence:
    raw = source[start:end]
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    text = LINK.sub(r"\1", MARKUP.sub("", raw))
    return Sentence(" ".join(text.split()), start, start + len(raw))


def spread(sentences: list[Sentence], most: int) -> list[Sentence]:
    """At most so many, taken evenly from the whole text, so that the end of a long document counts as its beginning."""
    if len(sentences) <= most:
        return sentences
    step = len(sentences) / most
    return [sentences[int(index * step)] for index in range(most)]
