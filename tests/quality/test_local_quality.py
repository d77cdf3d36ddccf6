"""The floors that the local methods hold on the sets; what they reach is printed by ``make bench --only quality``."""

from docchain.ai.local.seeds import SEEDS
from tests.quality import measuring
from tests.quality.classification_set import KINDS
from tests.quality.language_set import LANGUAGES
from tests.quality.sentiment_set import ENGLISH, SPANISH
from tests.quality.summary_set import TEXTS


def test_nothing_is_measured_with_what_the_method_was_given():
    assert measuring.seeds_in_the_sets() == set()
    assert all(len(set(seeds)) == len(seeds) for seeds in SEEDS.values())


def test_the_sets_are_as_large_as_is_said():
    sentences = [text for one in (ENGLISH, SPANISH) for texts in one.values() for text in texts]
    strings = [text for texts in LANGUAGES.values() for text in texts]
    documents = [text for texts in KINDS.values() for text in texts]

    assert len(set(sentences)) >= 60
    assert (len(set(strings)) >= 60, len(LANGUAGES) > 7) == (True, True)
    assert len(set(documents)) >= 40
    assert len({text for _, text, _ in TEXTS}) >= 20


def test_sentiment_is_right_in_85_percent_of_the_sentences_of_each_language():
    assert measuring.sentiment_share(ENGLISH) >= 0.85
    assert measuring.sentiment_share(SPANISH) >= 0.85


def test_language_is_right_in_95_percent_of_the_strings():
    assert measuring.language_share() >= 0.95


def test_kinds_of_documents_are_right_in_80_percent():
    assert measuring.kind_share() >= 0.8


def test_every_sentence_of_every_summary_stands_where_it_says():
    traceable, _ = measuring.summary_shares()

    assert traceable == 1.0
