import time

import pytest

from docchain.ai.local.entities import find_entities
from docchain.ai.local.money import plain_number


def found(text, language="en"):
    return [(entity["type"], entity["value"]) for entity in find_entities(text, language)["items"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to Ana.Ruiz@example.com.", [("email", "ana.ruiz@example.com")]),
        ("See https://example.com/a?b=1.", [("url", "https://example.com/a?b=1")]),
        ("IBAN ES91 2100 0418 4502 0005 1332 AND MORE", [("iban", "ES9121000418450200051332")]),
        ("card 4111 1111 1111 1111", [("card", "************1111")]),
        (
            "NIF 12345678Z, NIE X2482300W, CIF A28745198",
            [("nif", "12345678Z"), ("nie", "X2482300W"), ("cif", "A28745198")],
        ),
        ("call +353 1 679 8841", [("phone", "+35316798841")]),
        ("It grew 11.4% and -2 %", [("percentage", "11.4%"), ("percentage", "-2%")]),
        (
            "€1,234.50, 12 EUR, US$ 3 and 5 dollars",
            [("money", f"{n} {c}") for n, c in (("1234.50", "EUR"), ("12", "EUR"), ("3", "USD"), ("5", "USD"))],
        ),
        ("on 2026-03-02, 2 March 2026, March 2nd, 2026", [("date", "2026-03-02")] * 3),
        ("due 25/12/2026", [("date", "2026-12-25")]),
    ],
)
def test_each_form_is_found_with_its_value(text, expected):
    assert found(text) == expected


def test_spanish_forms_are_found():
    text = "El 1 de marzo de 2026 se pagaron 3.482.600,00 € (11,4 %) y el 03/04/2026, 5 euros. Tel. 953 72 14 60"

    assert found(text, "es") == [
        ("date", "2026-03-01"),
        ("money", "3482600.00 EUR"),
        ("percentage", "11.4%"),
        ("date", "2026-04-03"),
        ("money", "5 EUR"),
        ("phone", "+34953721460"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "IBAN ES92 2100 0418 4502 0005 1332",
        "card 4111 1111 1111 1112",
        "NIF 12345678A",
        "on 31 February 2026",
        "1.2.3.4",
    ],
)
def test_what_has_a_wrong_check_digit_or_cannot_be_is_dropped(text):
    assert found(text) == []


def test_a_numeric_date_that_may_be_two_days_has_no_value_in_english():
    assert found("on 03/04/2026") == [("date", None)]


def test_amounts_in_columns_belong_to_the_number_before_their_sign():
    assert found("Ventas 100,00 € 200,00 € 5 %", "es") == [
        ("money", "100.00 EUR"),
        ("money", "200.00 EUR"),
        ("percentage", "5%"),
    ]


def test_a_number_broken_over_two_lines_is_found_in_its_place():
    source = "llame al +34 953 72\n14 60 hoy"
    entity = find_entities(source, "es")["items"][0]

    assert source[entity["start"] : entity["end"]].split() == entity["text"].split() == ["+34", "953", "72", "14", "60"]


def test_what_was_not_looked_for_is_said():
    answer = find_entities("Ana García works at Acme.", "en")

    assert answer["items"] == []
    assert answer["not_searched"] == ["person", "organization", "place"]


@pytest.mark.parametrize(
    "part", ["a", "1", "1 ", "1.", "a@", "a.", "A1", "€1", "+1 ", "ES91 ", "http://", "1/", "may "]
)
def test_hostile_text_takes_no_quadratic_time(part):
    text = part * (200_000 // len(part))
    started = time.process_time()

    find_entities(text, "en")

    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1,234", "1234"), ("0.38", "0.38"), ("12", "12")],
)
def test_numbers_of_both_worlds(text, value):
    assert plain_number(text) == value
