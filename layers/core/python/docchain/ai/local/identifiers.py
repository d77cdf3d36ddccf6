"""Addresses and numbers that identify someone: URLs, e-mail, IBAN, card, tax and VAT numbers, telephone."""

import re
from collections.abc import Iterator
from typing import Final

Found = tuple[str, int, int, str | None]  # type, start, end, value

URL = re.compile(r"\bhttps?://[^\s<>\"'()\[\]{}|]{3,2000}")
EMAIL = re.compile(r"\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b")
CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
TAX = re.compile(r"\b(?:[XYZ]-?\d{7}-?[A-Z]|\d{8}-?[A-Z]|[ABCDEFGHJNPQRSUVW]-?\d{7}-?[0-9A-J])\b")
# Countries whose numbers have check digits: for others anything would fit.
VAT = re.compile(r"\b(?:AT|BE|DE|DK|EL|ES|FI|FR|GB|IE|IT|LU|NL|PL|PT|SE)[ -]?(?=[A-Z0-9.]*\d)[A-Z0-9]{8,12}\b")
REGIONS = {"es": "ES", "en": "GB"}

# Of these the form alone tells that such a number is meant.
_SURELY_IBAN: Final = re.compile(
    r"\bIBAN:?\s{1,3}([A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?\d{1,3})?)\b"
)
_SURELY_NIF: Final = re.compile(r"\b(?:NIF|DNI|NIE|CIF):?\s{1,3}((?:[A-Z]-?)?\d{7,8}-?[A-Z0-9]?)\b")


def find_addresses(text: str) -> Iterator[Found]:
    for match in URL.finditer(text):
        url = match[0].rstrip(".,;:!?")
        yield "url", match.start(), match.start() + len(url), url
    for match in EMAIL.finditer(text):
        yield "email", match.start(), match.end(), match[0].lower()


def find_numbers(text: str) -> Iterator[Found]:
    from stdnum import iban, luhn

    for match in IBAN.finditer(text):
        # The words after it may look like its next groups, so shorter readings are tried until the digits fit.
        raw = match[0]
        while len(raw) >= 15 and not iban.is_valid(raw):
            raw = re.sub(r"[ \u00a0]?[A-Z0-9]{1,4}$", "", raw)
        if len(raw) >= 15:
            yield "iban", match.start(), match.start() + len(raw), iban.compact(raw.replace("\u00a0", ""))
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if luhn.is_valid(digits) and digits[0] in "3456" and len(set(digits)) > 1:
            yield "card", match.start(), match.end(), f"{'*' * (len(digits) - 4)}{digits[-4:]}"
    yield from _vat_numbers(text)
    yield from _tax_numbers(text)


def find_wrong_numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """What is named as an IBAN or a Spanish tax number, and whose check digits do not fit."""
    fitting = {start for _, start, _, _ in find_numbers(text)}
    for kind, pattern in (("IBAN", _SURELY_IBAN), ("tax number", _SURELY_NIF)):
        for match in pattern.finditer(text):
            if match.start(1) not in fitting:
                yield kind, match.start(1), match.end(1)


def _vat_numbers(text: str) -> Iterator[Found]:
    from stdnum.eu import vat
    from stdnum.gb import vat as british

    for match in VAT.finditer(text):
        number = match[0].replace(" ", "").replace("-", "")
        fits = british.is_valid(number) if number.startswith("GB") else vat.is_valid(number)
        if fits:
            yield "vat", match.start(), match.end(), number


def _tax_numbers(text: str) -> Iterator[Found]:
    from stdnum.es import cif, dni, nie

    kinds = (("nif", dni), ("nie", nie), ("cif", cif))
    for match in TAX.finditer(text):
        for name, check in kinds:
            if check.is_valid(match[0]):
                yield name, match.start(), match.end(), match[0].replace("-", "")
                break


def find_phones(text: str, language: str) -> Iterator[Found]:
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, REGIONS.get(language, "GB")):
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        yield "phone", match.start, match.end, number
