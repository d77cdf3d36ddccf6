"""How often the local methods are right on the sets of tests/quality, and what a text of a million characters takes."""

import time

from docchain.ai.local.analysis import analyze
from docchain.ai.local.summary import summarize
from docchain.ai.models import ANALYSES
from tests.performance.figures import Figure
from tests.quality import measuring
from tests.quality.classification_set import KINDS, OWN_LABELS
from tests.quality.language_set import LANGUAGES
from tests.quality.sentiment_set import ENGLISH, HARD, SPANISH
from tests.quality.summary_set import TEXTS
from tests.quality.syllables_set import SYLLABLES

MILLION = 1_000_000
SENTENCE = "Sales of the {n}th shop rose by {n} %, because the supplier shall deliver within {n} days. "
SECONDS_MOST = 20


def measure() -> list[Figure]:
    return [*right(), *time_of_a_long_text()]


def right() -> list[Figure]:
    traceable, main = measuring.summary_shares()
    held_out = "none is a seed"
    return [
        _share(
            "sentiment, English", measuring.sentiment_share(ENGLISH), 85, f"{_count(ENGLISH)} sentences, {held_out}"
        ),
        _share(
            "sentiment, Spanish", measuring.sentiment_share(SPANISH), 85, f"{_count(SPANISH)} sentences, {held_out}"
        ),
        _share("sentiment, hard ones", measuring.hard_sentiment_share(), None, f"{len(HARD)}: denial, irony"),
        _share("language", measuring.language_share(), 95, f"{_count(LANGUAGES)} strings, {len(LANGUAGES)} languages"),
        _share("kind of document", measuring.kind_share(), 80, f"{_count(KINDS)} documents, {len(KINDS)} kinds"),
        _share("classes of one's own", measuring.own_label_share(), None, f"{len(OWN_LABELS)} texts, three classes"),
        _share("summary sentences that stand where they say", traceable, 100, f"{len(TEXTS)} texts"),
        *(
            _share(f"syllables, {code}", measuring.syllables_share(code), None, f"{len(words)} words")
            for code, words in SYLLABLES.items()
        ),
        _share("summaries with the main sentence", main, None, f"{measuring.SENTENCES} sentences of six"),
    ]


def time_of_a_long_text() -> list[Figure]:
    sentences = "".join(SENTENCE.format(n=n) for n in range(MILLION // 80))
    text = "\n\n".join(sentences[i : i + 2_000] for i in range(0, len(sentences), 2_000))[:MILLION]
    analyze("Warm up.", ANALYSES)
    figures = []
    for kind in ANALYSES:
        started = time.process_time()
        analyze(text, (kind,))
        figures.append(_seconds(kind, time.process_time() - started))
    started = time.process_time()
    summarize(text)
    figures.append(_seconds("summary", time.process_time() - started))
    return figures


def _share(what: str, share: float, aim: float | None, note: str) -> Figure:
    return Figure(what, share * 100, "%", aim, at_least=True, note=note)


def _seconds(what: str, taken: float) -> Figure:
    return Figure(f"{what} of 1,000,000 characters", taken, "s", SECONDS_MOST, note="CPU, model already loaded")


def _count(sets: dict[str, tuple[str, ...]]) -> int:
    return sum(map(len, sets.values()))
