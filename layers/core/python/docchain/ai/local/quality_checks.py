"""The checks of a text's quality: each finds one kind of fault, with where it is and what would mend it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from docchain.ai.local.identifiers import find_wrong_numbers
from docchain.ai.local.language import detect_language
from docchain.ai.local.quality_text import Text
from docchain.ai.local.sentences import spread
from docchain.ai.local.structure import MOST, is_empty

About = Literal["clarity", "completeness", "consistency", "correctness"]
Severity = Literal["low", "medium", "high"]

LONG_SENTENCE_WORDS: Final = 40
_LONG_PARAGRAPH_WORDS: Final = 250
_SENTENCES_OF_A_LANGUAGE: Final = 24
_WORDS_OF_A_LANGUAGE: Final = 8
_SURE_OF_A_LANGUAGE: Final = 0.8
_QUOTED: Final = 120

_DOUBLED = re.compile(r"(?<![\w'-])([^\W\d_]{2,30})[ \t\n]{1,10}\1(?![\w'-])", re.IGNORECASE)
_RIGHTLY_DOUBLED = frozenset({"that", "had", "nos", "bla", "very"})
_PLACEHOLDER = re.compile(
    r"(?<!\w)(?:TODO|TBD|TBC|FIXME|XXX+)(?!\w)|lorem ipsum|_{4,}|\?{3,}|\{\{[^{}\n]{0,80}\}\}|"
    r"\[(?:insert|fill in|name|date|amount|address|nombre|fecha|importe|dirección|completar|rellenar)\b[^\[\]\n]{0,80}"
    r"\]|(?:to be (?:defined|determined|confirmed)|por (?:determinar|definir)|pendiente de (?:completar|definir))",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"\ufffd+|Ã[\u0080-\u00bf¡-¿]|â€[™œ\u009d“”˜]")
_REFERENCE = re.compile(
    r"(?<!\w)(?:section|clause|article|sección|cláusula|artículo|apartado)\s+(\d{1,2}(?:\.\d{1,2}){0,4})"
    r"(?![\w.]*\d)(?!\s+(?:of|de|del)\s)",
    re.IGNORECASE,
)
_NUMBER_OF_HEADING = re.compile(r"(?:[^\W\d_]{1,12}\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})(?!\d)")
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Issue:
    """``source[start:end]`` is what it is about."""

    check: str
    about: About
    severity: Severity
    issue: str
    suggestion: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _long_sentences(text: Text) -> Iterator[Issue]:
    for s in text.sentences:
        words = len(s.text.split())
        if words > LONG_SENTENCE_WORDS:
            told = f"a sentence of {words} words"
            yield Issue("long_sentence", "clarity", "low", told, "make two or three of it", s.start, s.end)


def _long_paragraphs(text: Text) -> Iterator[Issue]:
    for match in re.finditer(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*", text.source):
        words = len(match[0].split())
        if words > _LONG_PARAGRAPH_WORDS and not match[0].startswith("|"):
            told = f"a paragraph of {words} words"
            yield Issue("long_paragraph", "clarity", "low", told, "divide it", match.start(), match.end())


def _doubled_words(text: Text) -> Iterator[Issue]:
    for match in _DOUBLED.finditer(text.source):
        if match[1].lower() not in _RIGHTLY_DOUBLED:
            told = f"“{match[1]}” stands twice"
            yield Issue("doubled_word", "correctness", "low", told, "take one out", match.start(), match.end())


def _placeholders(text: Text) -> Iterator[Issue]:
    for match in _PLACEHOLDER.finditer(text.source):
        told = f"“{match[0][:_QUOTED]}” stands where something is still to come"
        yield Issue("placeholder", "completeness", "high", told, "fill it in", match.start(), match.end())


def _empty_sections(text: Text) -> Iterator[Issue]:
    for section in text.sections[:MOST]:
        if is_empty(text.source, section, text.sections):
            told = f"nothing stands under “{section.title}”"
            yield Issue("empty_section", "completeness", "medium", told, "write or drop it", section.start, section.end)


def _abrupt_end(text: Text) -> Iterator[Issue]:
    if len(text.sentences) < 3:
        return
    last, before = text.sentences[-1], text.sentences[-2]
    # A signature or an address also ends without a stop; a sentence that breaks off is long, and follows one that ends.
    if last.text[-1].isalnum() and len(last.text.split()) > 5 and before.text[-1] in ".!?":
        yield Issue(
            "abrupt_end", "completeness", "medium", "the text breaks off", "write its end", last.start, last.end
        )


def _broken_references(text: Text) -> Iterator[Issue]:
    numbers = {m[1] for heading in text.headings if (m := _NUMBER_OF_HEADING.match(heading["title"]))}
    if len(numbers) < 3:  # the text does not number its sections, so the reference is to another one
        return
    starts = {heading["start"] for heading in text.headings}
    known = numbers | {number.partition(".")[0] for number in numbers}
    for match in _REFERENCE.finditer(text.source):
        if match[1] not in known and match.start() not in starts:
            told = f"“{match[0]}” is not in this text"
            yield Issue("broken_reference", "consistency", "medium", told, "correct it", match.start(), match.end())


def _repeated_sentences(text: Text) -> Iterator[Issue]:
    seen: set[str] = set()
    for s in text.sentences:
        said = s.text.casefold()
        if len(said.split()) >= 6 and said in seen:
            told = "the same sentence stands above"
            yield Issue("repeated_sentence", "consistency", "low", told, "take one out", s.start, s.end)
        seen.add(said)


def _other_languages(text: Text) -> Iterator[Issue]:
    if text.language == "und":
        return
    long = [s for s in text.sentences if len(s.text.split()) >= _WORDS_OF_A_LANGUAGE]
    for s in spread(long, _SENTENCES_OF_A_LANGUAGE):
        spoken = detect_language(s.text)
        if spoken["confidence"] >= _SURE_OF_A_LANGUAGE and spoken["language"] != text.language:
            told = f"a sentence in “{spoken['language']}” in a text in “{text.language}”"
            yield Issue("other_language", "consistency", "low", told, "translate or mark it", s.start, s.end)


def _unreadable(text: Text) -> Iterator[Issue]:
    for match in _UNREADABLE.finditer(text.source):
        told = "characters that were read in the wrong encoding"
        yield Issue("unreadable", "correctness", "high", told, "read the file anew", match.start(), match.end())


def _brackets(text: Text) -> Iterator[Issue]:
    for s in text.sentences:
        opened: list[str] = []
        # "a) first" is a list's letter, and no bracket.
        for sign in re.sub(r"(?<![\w(])\w{1,2}\)", "", text.source[s.start : s.end]):
            if sign in "([{":
                opened.append(sign)
            elif sign in _BRACKETS and (not opened or opened.pop() != _BRACKETS[sign]):
                opened = [sign]
                break
        if opened:
            told = f"a “{opened[0]}” without its other half"
            yield Issue("bracket", "correctness", "low", told, "close or drop it", s.start, s.end)


def _check_digits(text: Text) -> Iterator[Issue]:
    for kind, start, end in find_wrong_numbers(text.source):
        told = f"the check digits of this {kind} do not fit"
        yield Issue("check_digits", "correctness", "high", told, "compare it with its source", start, end)


CHECKS: Final[tuple[Callable[[Text], Iterator[Issue]], ...]] = (
    _long_sentences,
    _long_paragraphs,
    _doubled_words,
    _placeholders,
    _empty_sections,
    _abrupt_end,
    _broken_references,
    _repeated_sentences,
    _other_languages,
    _unreadable,
    _brackets,
    _check_digits,
)
