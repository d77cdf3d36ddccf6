"""Dates that are told from another day: within thirty days, next month, hace dos semanas; English and Spanish.

Their value is an ISO 8601 duration from the day the text speaks from, negative for the past: nobody but the reader
knows that day. A weekday has no value. ``deadline`` is a time in which something has to be done.
"""

import re
from collections.abc import Iterator
from typing import Final

from docchain.ai.local.identifiers import Found

_ENGLISH: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_SPANISH: Final = (
    "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte"
)
_NUMBERS: Final = {word: n for words in (_ENGLISH, _SPANISH) for n, word in enumerate(words.split(), start=1)} | {
    "a": 1, "an": 1, "una": 1, "uno": 1, "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90,
    "treinta": 30, "cuarenta": 40, "sesenta": 60, "noventa": 90,
}  # fmt: skip
_UNITS: Final = {
    "day": "D", "week": "W", "month": "M", "year": "Y", "día": "D", "dia": "D", "semana": "W", "mes": "M", "año": "Y",
}  # fmt: skip
_NUMBER = "|".join([r"\d{1,4}", *sorted(_NUMBERS, key=len, reverse=True)])
_KIND = r"(?:\s+(?:business|working|calendar|full))?"
_EN = rf"({_NUMBER})(?:\s+\(\d{{1,4}}\))?{_KIND}\s+(day|week|month|year)s?(?!\w)"
_ES = rf"({_NUMBER})(?:\s+\(\d{{1,4}}\))?\s+(día|dia|semana|mes|año)(?:e?s)?(?!\w)"
_START = r"(?<![\w-])"

_COUNTED: Final = (
    ("deadline", 1, re.compile(rf"{_START}(?:within|no later than|not later than)\s+(?:the\s+next\s+)?{_EN}", re.I)),
    ("deadline", 1, re.compile(rf"{_START}(?:dentro de|en (?:el|un) plazo (?:máximo )?de|antes de)\s+{_ES}", re.I)),
    ("deadline", 1, re.compile(rf"{_START}a los\s+{_ES}", re.I)),
    ("date", 1, re.compile(rf"{_START}in\s+{_EN}(?!['’])", re.I)),
    ("date", -1, re.compile(rf"{_START}{_EN}\s+ago(?!\w)", re.I)),
    ("date", -1, re.compile(rf"{_START}hace\s+{_ES}", re.I)),
)
_NAMED: Final = {
    "the day after tomorrow": "P2D", "the day before yesterday": "-P2D", "tomorrow": "P1D", "yesterday": "-P1D",
    "today": "P0D", "next week": "P1W", "last week": "-P1W", "next month": "P1M", "last month": "-P1M",
    "next year": "P1Y", "last year": "-P1Y", "pasado mañana": "P2D", "anteayer": "-P2D", "ayer": "-P1D", "hoy": "P0D",
    "la semana que viene": "P1W", "la próxima semana": "P1W", "la semana pasada": "-P1W", "el mes que viene": "P1M",
    "el próximo mes": "P1M", "el mes pasado": "-P1M", "el año que viene": "P1Y", "el próximo año": "P1Y",
    "el año pasado": "-P1Y",
}  # fmt: skip
_NAMES = re.compile(rf"{_START}(?:{'|'.join(sorted(_NAMED, key=len, reverse=True))})(?!\w)", re.I)
# "La mañana" is the morning, and only "mañana" alone the next day.
_MANANA = re.compile(r"(?<!\w)(?<!la )(?<!las )(?<!una )(?<!esta )(?<!pasado )mañana(?!\w)", re.I)
_WEEKDAY = re.compile(
    rf"{_START}(?:(?:next|last)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day|el\s+(?:próximo\s+)?"
    r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?:\s+(?:que viene|pasado|próximo))?)(?!\w)",
    re.I,
)


def find_relative_dates(text: str) -> Iterator[Found]:
    for kind, direction, pattern in _COUNTED:
        for match in pattern.finditer(text):
            number = match[1].lower()
            count = int(number) if number.isdigit() else _NUMBERS[number]
            sign = "-" if direction < 0 else ""
            yield kind, match.start(), match.end(), f"{sign}P{count}{_UNITS[match[2].lower()]}"
    for match in _NAMES.finditer(text):
        yield "date", match.start(), match.end(), _NAMED[match[0].lower()]
    for match in _MANANA.finditer(text):
        yield "date", match.start(), match.end(), "P1D"
    for match in _WEEKDAY.finditer(text):
        yield "date", match.start(), match.end(), None
