"""How often the local methods give the known answers."""

from collections.abc import Iterable

from docchain.ai.local.classification import classify
from docchain.ai.local.language import detect_language
from docchain.ai.local.seeds import SEEDS
from docchain.ai.local.sentiment import sentiment
from docchain.ai.local.summary import summarize
from docchain.ai.local.syllables import count_syllables
from tests.quality.classification_set import KINDS, OWN_LABELS
from tests.quality.language_set import LANGUAGES
from tests.quality.sentiment_set import ENGLISH, HARD, SPANISH
from tests.quality.summary_set import TEXTS
from tests.quality.syllables_set import SYLLABLES

SENTENCES = 3


def share(answers: Iterable[bool]) -> float:
    every = list(answers)
    return sum(every) / len(every)


def sentiment_share(sentences: dict[str, tuple[str, ...]]) -> float:
    return share(sentiment(text)["label"] == label for label, texts in sentences.items() for text in texts)


def hard_sentiment_share() -> float:
    return share(sentiment(text)["label"] == label for text, label in HARD)


def language_share() -> float:
    return share(detect_language(text)["language"] == code for code, texts in LANGUAGES.items() for text in texts)


def kind_share() -> float:
    return share(classify(text)["label"] == kind for kind, texts in KINDS.items() for text in texts)


def own_label_share() -> float:
    return share(classify(text, labels)["label"] == label for text, label, labels in OWN_LABELS)


def syllables_share(language: str) -> float:
    return share(count_syllables(word, language) == count for word, count in SYLLABLES[language].items())


def summary_shares() -> tuple[float, float]:
    """Of the sentences, those that stand where they say they do; of the texts, those whose main sentence was chosen."""
    made = [(text, main, summarize(text, SENTENCES).data["sentences"]) for _, text, main in TEXTS]
    traceable = share(stands_there(text, sentence) for text, _, chosen in made for sentence in chosen)
    return traceable, share(any(main in s["text"] for s in chosen) for _, main, chosen in made)


def stands_there(text: str, sentence: dict[str, object]) -> bool:
    """Word for word: in these texts a sentence only differs from its source by where lines break."""
    start, end = sentence["start"], sentence["end"]
    assert isinstance(start, int) and isinstance(end, int)
    return text[start:end].split() == str(sentence["text"]).split()


def seeds_in_the_sets() -> set[str]:
    """Sentences that the method was given: measuring with them would flatter it."""
    measured = {text for sentences in (ENGLISH, SPANISH) for texts in sentences.values() for text in texts}
    return (measured | {text for text, _ in HARD}) & {seed for seeds in SEEDS.values() for seed in seeds}
