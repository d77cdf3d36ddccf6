"""The analyses of a text, each by its own method, and one line that says what they found."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from docchain.ai.local.classification import classify
from docchain.ai.local.embedder import MODEL
from docchain.ai.local.entities import find_entities
from docchain.ai.local.keywords import find_keywords
from docchain.ai.local.language import detect_language
from docchain.ai.local.readability import readability
from docchain.ai.local.sentiment import sentiment
from docchain.ai.models import Analysis, Answer, Method, Usage

METHODS: dict[Analysis, Method] = {
    "sentiment": "embedding",
    "classification": "embedding",
    "keywords": "rule-based",
    "entities": "rule-based",
    "language": "rule-based",
    "readability": "rule-based",
}


def analyze(
    text: str, analyses: Sequence[Analysis], *, labels: tuple[str, ...] = (), language: str | None = None
) -> Answer:
    """``data`` has one field for each analysis, and ``methods`` tells how each was made."""
    started = time.monotonic()
    spoken = detect_language(text)
    code = language or spoken["language"]
    steps: dict[Analysis, Callable[[], Any]] = {
        "sentiment": lambda: sentiment(text),
        "classification": lambda: classify(text, labels),
        "keywords": lambda: find_keywords(text, code),
        "entities": lambda: find_entities(text, code),
        "language": lambda: spoken,
        "readability": lambda: readability(text, code),
    }
    found: dict[str, Any] = {kind: steps[kind]() for kind in dict.fromkeys(analyses)}
    embedded = any(METHODS[kind] == "embedding" for kind in analyses)
    return Answer(
        text="; ".join(_told(kind, found[kind]) for kind in dict.fromkeys(analyses)),
        provider="local",
        model=MODEL if embedded else "rules",
        method="embedding" if embedded else "rule-based",
        usage=Usage(ms=round((time.monotonic() - started) * 1000)),
        data={**found, "methods": {kind: METHODS[kind] for kind in analyses}},
    )


def _told(kind: Analysis, value: Any) -> str:
    match kind:
        case "sentiment" | "classification":
            return f"{kind}: {value['label']} ({value['confidence']:.2f})"
        case "language":
            return f"language: {value['language']}"
        case "keywords":
            return "keywords: " + ", ".join(keyword["text"] for keyword in value)
        case "entities":
            return f"entities: {len(value['items'])}"
        case "readability":
            return f"readability: {value['level'] or value['reason']}"
