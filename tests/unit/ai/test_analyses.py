import json
import time

import pytest

from docchain.ai.local.analysis import METHODS, analyze
from docchain.ai.local.entities import find_entities
from docchain.ai.local.insights import find_insights
from docchain.ai.local.quality import judge_quality
from docchain.ai.local.readability import readability
from docchain.ai.local.requirements import find_requirements
from docchain.ai.local.structure import find_structure
from docchain.ai.local.syllables import count_syllables
from docchain.ai.models import ANALYSES, Request
from docchain.ai.prompts import analysis_prompt, analysis_schema

AGREEMENT = """# Supply agreement

1. Term

The supplier shall deliver the goods within thirty (30) days. The buyer must pay by 2 June 2026 unless they are faulty.
The buyer may not resell them. The supplier may send them in parts.

2. Figures

| a | b |
|---|---|
| 1 | 2 |

- one
- two

ANNEX A

Sales rose by 12 % because new shops opened. The sky was blue on that day. The board recommends higher prices next year.
"""


def issues(text, language="en"):
    return [issue["check"] for issue in judge_quality(text, language)["issues"]]


def test_headings_of_all_forms_make_sections_with_their_places():
    found = find_structure(AGREEMENT)

    assert [s["title"] for s in found["sections"]] == ["Supply agreement", "1. Term", "2. Figures", "ANNEX A"]
    assert all(AGREEMENT[s["start"] :].lstrip("# ").startswith(s["title"]) for s in found["sections"])
    counts = {name: found["counts"][name] for name in ("paragraphs", "list_items", "tables", "table_rows")}
    assert counts == {"paragraphs": 2, "list_items": 2, "tables": 1, "table_rows": 2}
    assert found["limits"]


def test_a_numbered_sentence_in_a_paragraph_is_no_heading():
    assert find_structure("The list has\n12 Red apples\nand pears.")["sections"] == []


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("Please add TODO here.", "placeholder"),
        ("Signed by [insert name] today.", "placeholder"),
        ("It is the the end.", "doubled_word"),
        ("It opens (and never closes.", "bracket"),
        ("The caf\ufffd is open.", "unreadable"),
        ("Pay to IBAN ES92 2100 0418 4502 0005 1332 now.", "check_digits"),
        ("1. One\n\nText.\n\n2. Two\n\nSee section 9.\n\n3. Three\n\nText.", "broken_reference"),
        ("# One\n\nText.\n\n# Two\n\n# Three\n\nText.", "empty_section"),
        ("We all go home by bus today. We all go home by bus today.", "repeated_sentence"),
        ("It is one. It is two. And then the whole of the text just", "abrupt_end"),
        ("So " + "very many words " * 20 + "end.", "long_sentence"),
        ("Word " * 260, "long_paragraph"),
        ("The house is big. El proveedor entregará la mercancía en el almacén del cliente cada mes.", "other_language"),
    ],
)
def test_each_fault_is_found(text, check):
    assert check in issues(text)


def test_a_clean_text_has_no_issues_and_a_better_score():
    clean = "The shop opens at nine (ten on Sundays). It sells tea. See section 9 of the law. Pay within 30 days."

    assert issues(clean) == []
    assert judge_quality(clean, "en")["score"] > judge_quality(clean + " TODO ____ the the", "en")["score"]


def test_issues_are_where_they_say():
    text = "It is fine. Please add TODO here."
    issue = judge_quality(text, "en")["issues"][0]

    assert text[issue["start"] : issue["end"]] == "TODO"


def test_duties_tell_who_and_by_when():
    found = [(r["strength"], r["who"], r["by"]) for r in find_requirements(AGREEMENT, "en")["requirements"]]

    assert found == [
        ("mandatory", "The supplier", "P30D"),
        ("mandatory", "The buyer", "2026-06-02"),
        ("prohibited", "The buyer", None),
        ("permitted", "The supplier", None),
    ]
    assert [r["conditional"] for r in find_requirements(AGREEMENT, "en")["requirements"]] == [False, True, False, False]


def test_duties_in_spanish_and_may_the_month():
    text = "El arrendatario no podrá subarrendar. En ese plazo, el banco deberá responder antes de cinco días."

    found = [(r["strength"], r["who"], r["by"]) for r in find_requirements(text, "es")["requirements"]]

    assert found == [("prohibited", "El arrendatario", None), ("mandatory", "el banco", "P5D")]
    assert find_requirements("It ended in May 2026.", "en")["requirements"] == []


def test_insights_are_sentences_of_the_text():
    found = find_insights(AGREEMENT)["insights"]

    assert {"trend", "decision"} <= {insight["type"] for insight in found}
    assert all(AGREEMENT[i["start"] : i["end"]] == i["insight"] for i in found)
    assert "blue" not in " ".join(i["insight"] for i in found)


def test_a_general_look_joins_them():
    found = analyze(AGREEMENT.partition("ANNEX")[0], ("general",)).data["general"]

    assert found["kind"] == "contract"
    assert found["main_points"] and found["actions"][0]["who"] == "The supplier"


@pytest.mark.parametrize("kind", ANALYSES)
@pytest.mark.parametrize("text", ["x", "?", " ", "\n", "|a|", "1", "👍", "é\0", "# ", "(" * 50])
def test_the_smallest_texts_are_analysed_too(kind, text):
    answer = analyze(text, (kind,))

    json.dumps(answer.data, allow_nan=False)
    assert answer.data["methods"] == {kind: METHODS[kind]}


@pytest.mark.parametrize(
    "part", ["# a\n", "1.1 A\n", "AB CD\n", "a a ", "must ", "(", "section 1 ", "in a ", "_", "x\n \n"]
)
def test_hostile_text_takes_no_quadratic_time(part):
    text = part * (400_000 // len(part))
    started = time.process_time()

    for kind in ("structure", "quality", "requirements", "insights"):
        analyze(text, (kind,), language="en")

    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within ten business days", ("deadline", "P10D")),
        ("in two weeks", ("relative_date", "P2W")),
        ("3 months ago", ("relative_date", "-P3M")),
        ("tomorrow", ("relative_date", "P1D")),
        ("next Monday", ("relative_date", None)),
        ("a los treinta días", ("deadline", "P30D")),
        ("hace dos meses", ("relative_date", "-P2M")),
        ("pasado mañana", ("relative_date", "P2D")),
        ("la semana que viene", ("relative_date", "P1W")),
        ("VAT DE136695976", ("vat", "DE136695976")),
        ("VAT GB 980780684", ("vat", "GB980780684")),
    ],
)
def test_relative_dates_and_vat_numbers_have_values(text, expected):
    assert [(e["type"], e["value"]) for e in find_entities(f"It is {text}.", "en")["items"]] == [expected]


@pytest.mark.parametrize("text", ["por la mañana", "VAT DE136695975", "in an office", "the weekday"])
def test_what_only_looks_like_one_is_none(text):
    assert find_entities(text, "es")["items"] == []


@pytest.mark.parametrize(
    ("word", "language", "syllables"),
    [
        ("país", "es", 2), ("ciudad", "es", 2), ("aéreo", "es", 4), ("guerra", "es", 2), ("muy", "es", 1),
        ("pingüino", "es", 3), ("búho", "es", 2), ("averiguáis", "es", 4), ("teatro", "es", 3),
        ("table", "en", 2), ("makes", "en", 1), ("boxes", "en", 2), ("wanted", "en", 2), ("contract", "en", 2),
        ("delivery", "en", 4), ("through", "en", 1),
    ],
)  # fmt: skip
def test_syllables(word, language, syllables):
    assert count_syllables(word, language) == syllables


def test_each_language_has_its_formulas():
    assert list(readability("It is good.", "en")["formulas"]) == ["flesch", "flesch-kincaid-grade", "gunning-fog"]
    assert list(readability("Es bueno.", "es")["formulas"]) == ["fernandez-huerta", "szigriszt-pazos"]


def test_a_language_with_its_country_is_measured_as_the_language():
    answer = analyze("It is good. We like it.", ("readability", "quality"), language="en-GB")

    assert answer.data["readability"]["formula"] == "flesch"
    assert answer.data["quality"]["issues"] == []


def test_models_are_asked_for_the_same_analyses():
    request = Request(task="analyze", text="x", analyses=ANALYSES)

    assert set(analysis_schema(request)["required"]) == set(ANALYSES)
    assert all(f'"{kind}"' in analysis_prompt(request, ("a", "b")) for kind in ANALYSES)
