import time
from pathlib import Path

import pytest

from docchain.ai.local.analysis import analyze
from docchain.ai.local.classification import classify
from docchain.ai.local.embedder import embed
from docchain.ai.local.keywords import find_keywords
from docchain.ai.local.language import detect_language
from docchain.ai.local.readability import readability
from docchain.ai.local.sentences import split_sentences, spread
from docchain.ai.local.sentiment import sentiment
from docchain.ai.local.summary import MAX_EMBEDDED, summarize
from docchain.ai.models import ANALYSES

DOCUMENTS = Path("infra/local/demo/documents")


def demo(name):
    return (DOCUMENTS / name).read_text(encoding="utf-8").split("---\n", 2)[2]


ENGLISH, SPANISH = demo("service-agreement.en.md"), demo("informe-trimestral.es.md")


def test_sentences_keep_their_places_in_the_source():
    source = "# Terms\n\nDr. Smith pays €1.50 on\n2 May. He is **glad**! See sec. 3.2 of it.\n\n- one\n- two"

    found = split_sentences(source)

    assert [s.text for s in found] == [
        "Terms",
        "Dr. Smith pays €1.50 on 2 May.",
        "He is glad!",
        "See sec. 3.2 of it.",
        "one",
        "two",
    ]
    assert source[found[1].start : found[1].end] == "Dr. Smith pays €1.50 on\n2 May."


def test_spanish_abbreviations_and_signs_do_not_end_sentences_wrongly():
    texts = [s.text for s in split_sentences("Aceites del Sur, S.A. vende más. ¿Por qué? El Sr. Gómez lo sabe.")]

    assert texts == ["Aceites del Sur, S.A. vende más.", "¿Por qué?", "El Sr. Gómez lo sabe."]


def test_a_long_list_is_thinned_evenly():
    sentences = split_sentences("\n\n".join(f"Sentence number {n} is here." for n in range(1000)))

    assert [s.text for s in spread(sentences, 4)] == [f"Sentence number {n} is here." for n in (0, 250, 500, 750)]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (SPANISH, "es")])
def test_a_summary_quotes_the_document_and_says_where(text, language):
    started = time.monotonic()

    answer = summarize(text, sentences=4)

    assert time.monotonic() - started < 6, "a three-page document takes about 1 s on an idle machine"
    assert len(answer.data["sentences"]) == 4
    for sentence in answer.data["sentences"]:
        assert "".join(sentence["text"].split()) in "".join(text.replace("**", "").split())
        assert text[sentence["start"] :].startswith(sentence["text"][:5])
    starts = [sentence["start"] for sentence in answer.data["sentences"]]
    assert starts == sorted(starts)
    assert answer.data["language"] == language
    assert (answer.method, answer.model) == ("extractive", "multilingual-e5-small-q4")


def test_a_summary_is_the_same_each_time():
    assert summarize(ENGLISH, 3).text == summarize(ENGLISH, 3).text


def test_a_summary_of_a_very_long_text_says_how_much_of_it_was_considered():
    text = "\n\n".join(f"The clerk of office number {n} signs the paper of that day." for n in range(3_000))

    answer = summarize(text, sentences=2)

    assert answer.data["sentences_total"] == 3_000
    assert answer.data["sentences_considered"] == MAX_EMBEDDED


@pytest.mark.parametrize("text", ["One short line", "Hello.", "|a|b|\n|-|-|\n|1|2|", "- a\n- b"])
def test_a_short_text_is_its_own_summary_or_nothing(text):
    assert len(summarize(text).data["sentences"]) <= 2


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The delivery was late again and half of the boxes were damaged.", "negative"),
        ("The new process saves time and our clients praise it.", "positive"),
        ("The annex contains a list of the addresses.", "neutral"),
        ("El pedido llegó roto y nadie responde a mis correos.", "negative"),
        ("Muy buen trato, volveremos a contratar con ellos.", "positive"),
        ("La factura incluye tres conceptos y vence en mayo.", "neutral"),
    ],
)
def test_sentiment_of_sentences(text, label):
    assert sentiment(text)["label"] == label


def test_kinds_of_documents_are_told_apart():
    assert classify(ENGLISH)["label"] == "contract"
    assert classify(SPANISH)["label"] == "report"


def test_labels_of_ones_own_are_used():
    found = classify(
        "The pump leaks oil and must be repaired today.", ("maintenance problem", "holiday request", "recipe")
    )

    assert found["label"] == "maintenance problem"
    assert sum(found["scores"].values()) == pytest.approx(1, abs=0.01)


def test_languages_are_told_apart():
    assert detect_language(ENGLISH)["language"] == "en"
    assert detect_language("Los pagos se hacen\na treinta días.")["language"] == "es"
    assert detect_language("123 - 456")["language"] == "und"


def test_keywords_are_phrases_of_the_document():
    words = [keyword["text"].lower() for keyword in find_keywords(ENGLISH, "en")]

    assert 5 <= len(words) <= 10
    assert "supplier" in " ".join(words)
    assert all(word in ENGLISH.lower() for word in words)
    assert find_keywords("1, 2, 3", "en") == []


def test_a_statute_is_harder_to_read_than_a_tale():
    tale = readability("The cat sat on the mat. It was a big cat. The dog ran to it.", "en")
    statute = readability(
        "Notwithstanding any contrary provision, the aforementioned contractual obligations constitute irrevocable "
        "undertakings enforceable independently of subsequent modifications.",
        "en",
    )

    assert tale["ease"] > 90 > 30 > statute["ease"]
    assert readability(SPANISH, "es")["formula"] == "fernandez-huerta"
    assert readability("Der Hund", "de")["ease"] is None


def test_all_analyses_at_once_tell_their_methods():
    answer = analyze(SPANISH, ANALYSES)

    assert set(answer.data) == {*ANALYSES, "methods"}
    assert answer.data["methods"]["sentiment"] == "embedding"
    assert answer.data["methods"]["entities"] == "rule-based"
    assert answer.usage.input_tokens == 0


@pytest.mark.parametrize("part", [".", "?! ", "[", "](", "a@", "-", "#", "\n", " \n", "a. ", "**"])
def test_hostile_text_takes_no_quadratic_time(part):
    text = part * (400_000 // len(part))
    started = time.process_time()

    split_sentences(text)
    find_keywords(text, "en")
    readability(text, "en")

    assert time.process_time() - started < 8


def test_a_text_with_a_nul_is_embedded_whole():
    whole, cut = embed(["good\0 results for everyone", "good"])

    assert not (whole == cut).all()
