"""A text as its checks read it: cut into sentences and sections once."""

from dataclasses import dataclass
from typing import Any

from docchain.ai.local.sentences import Sentence, split_sentences
from docchain.ai.local.structure import find_headings, sections_of
from docchain.extraction.structure import Section


@dataclass(frozen=True)
class Text:
    source: str
    language: str
    words: int
    sentences: list[Sentence]
    headings: list[dict[str, Any]]
    sections: list[Section]


def text_of(source: str, language: str) -> Text:
    headings = find_headings(source)
    return Text(source, language, len(source.split()), split_sentences(source), headings, sections_of(source, headings))
