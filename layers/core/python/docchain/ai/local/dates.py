"""Dates as ISO, numeric and in words, English and Spanish."""

import re
from collections.abc import Iterator
from datetime import date

from docchain.ai.local.identifiers import Found

ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
SPANISH = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
MONTHS = {name: number for names in (ENGLISH, SPANISH) for number, name in enumerate(names, start=1)} | {"setiembre": 9}
MONTHS |= {name[:3]: number for number, name in enumerate(ENGLISH, start=1)} | {"sept": 9}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
NUMERIC = re.compile(r"(?<![\w/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\w/-])")
DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|º)?\s+(?:of\s+|de\s+)?({MONTH})\.?,?\s+(?:de\s+|del\s+)?(\d{{4}})\b", re.IGNORECASE
)
MONTH_FIRST = re.compile(rf"\b({MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)


def find_dates(text: str, language: str) -> Iterator[Found]:
    for match in ISO.finditer(text):
        yield from _dated(match, match[1], match[2], match[3])
    for match in DAY_FIRST.finditer(text):
        yield from _dated(match, match[3], str(MONTHS[match[2].lower()]), match[1])
    for match in MONTH_FIRST.finditer(text):
        yield from _dated(match, match[3], str(MONTHS[match[1].lower()]), match[2])
    for match in NUMERIC.finditer(text):
        yield from _numeric(match, language)


def _numeric(match: re.Match[str], language: str) -> Iterator[Found]:
    """03/04/2026 is April in Spain, March in the USA: in English text it is a date of unknown value."""
    first, second = int(match[1]), int(match[2])
    if language == "es" or first > 12 or first == second:
        yield from _dated(match, match[3], match[2], match[1])
    elif second > 12:
        yield from _dated(match, match[3], match[1], match[2])
    elif first >= 1 and second >= 1:
        yield "date", match.start(), match.end(), None


def _dated(match: re.Match[str], year: str, month: str, day: str) -> Iterator[Found]:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return  # the 31st of February, or a part number that looks like a date
    yield "date", match.start(), match.end(), value.isoformat()
