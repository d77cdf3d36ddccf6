"""Amounts and percentages, in the ways English and Spanish write them."""

import re
from collections.abc import Iterator

from docchain.ai.local.identifiers import Found

NUMBER = r"\d{1,3}(?:[.,'\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,2})?"
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "US$": "USD"}
NAMES = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "dólares": "USD",
    "pounds": "GBP",
    "libras": "GBP",
}
CODES = r"EUR|USD|GBP|CHF|MXN|COP|ARS|CLP"
# In "5 € 10 €" the sign belongs to the number before it.
BEFORE = re.compile(rf"(?<![\w.,])(?<!\d[ \u00a0])(US\$|€|\$|£|(?:{CODES})\b)[ \u00a0]?({NUMBER})(?![\w%])")
AFTER = re.compile(
    rf"(?<![\w.,€$£])({NUMBER})[ \u00a0]?(€|\$|£|(?:{CODES}|[Ee]uros?|[Dd]ollars?|dólares|pounds|libras)\b)"
)
PERCENT = re.compile(r"(?<![\w.,])([+-]?\d{1,6}(?:[.,]\d{1,4})?)[ \u00a0]?%")


def find_money(text: str) -> Iterator[Found]:
    for match in BEFORE.finditer(text):
        yield "money", match.start(), match.end(), f"{plain_number(match[2])} {_currency(match[1])}"
    for match in AFTER.finditer(text):
        yield "money", match.start(), match.end(), f"{plain_number(match[1])} {_currency(match[2])}"


def find_percentages(text: str) -> Iterator[Found]:
    for match in PERCENT.finditer(text):
        yield "percentage", match.start(), match.end(), f"{match[1].replace(',', '.').lstrip('+')}%"


def plain_number(text: str) -> str:
    """``1.234,50`` and ``1,234.50`` are both 1234.50: a last separator with one or two digits after it is decimal."""
    digits = re.sub(r"['\u00a0]", "", text)
    match = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", digits)
    whole, cents = (match[1], match[2]) if match else (digits, None)
    return re.sub(r"[.,]", "", whole) + (f".{cents}" if cents else "")


def _currency(text: str) -> str:
    return SYMBOLS.get(text) or NAMES.get(text.lower()) or text
