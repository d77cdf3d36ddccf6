"""The analyses of a text, each by its own method, and one line that says what they found."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from docchain.ai.local.classification import classify
from docchain.ai.local.embedder import MODEL
from docchain.ai.local.entities import find_entities
from docchain.ai.local.general import look_over
from docchain.ai.local.insights import find_insights
from docchain.ai.local.keywords import find_keywords
from docchain.ai.local.language import detect_language
from docchain.ai.local.quality import judge_quality
from docchain.ai.local.readability import readability
from docchain.ai.local.requirements import find_requirements
from docchain.ai.local.sentiment import sentiment
from docchain.ai.local.structure import find_structure
from docchain.ai.models import Analysis, Answer, Method, Usage

METHODS: dict[Analysis, Method] = {
    "sentiment": "embedding",
    "classification": "embedding",
    "keywords": "rule-based",
    "entities": "rule-based",
    "language": "rule-based",
    "readability": "rule-based",
    "structure": "rule-based",
    "quality": "rule-based",
    "requirements": "rule-based",
    "insights": "extractive",
    "general": "extractive",
}
# Of several, the answer as a whole names the one that its boldest part was made by.
STRONGEST: tuple[Method, ...] = ("embedding", "extractive", "rule-based")


def analyze(
    text: str, analyses: Sequence[Analysis], *, labels: tuple[str, ...] = (), language: str | None = None
) -> Answer:
    """``data`` has one field for each analysis, and ``methods`` tells how each was made."""
    started = time.monotonic()
    spoken = detect_language(text)
    code = (language or spoken["language"]).partition("-")[0].lower()  # en-GB is measured as en
    steps: dict[Analysis, Callable[[], Any]] = {
        "sentiment": lambda: sentiment(text),
        "classification": lambda: classify(text, labels),
        "keywords": lambda: find_keywords(text, code),
        "entities": lambda: find_entities(text, code),
        "language": lambda: spoken,
        "readability": lambda: readability(text, code),
        "structure": lambda: find_structure(text),
        "quality": lambda: judge_quality(text, code),
        "requirements": lambda: find_requirements(text, code),
        "insights": lambda: find_insights(text),
        "general": lambda: look_over(text, code),
    }
    found: dict[str, Any] = {kind: steps[kind]() for kind in dict.fromkeys(analyses)}
    used = {METHODS[kind] for kind in analyses}
    return Answer(
        text="; ".join(f"{kind}: {_TOLD[kind](found[kind])}" for kind in dict.fromkeys(analyses)),
        provider="local",
        model="rules" if used == {"rule-based"} else MODEL,
        method=next(method for method in STRONGEST if method in used),
        usage=Usage(ms=round((time.monotonic() - started) * 1000)),
        data={**found, "methods": {kind: METHODS[kind] for kind in analyses}},
    )


_TOLD: dict[Analysis, Callable[[Any], str]] = {
    "sentiment": lambda found: f"{found['label']} ({found['confidence']:.2f})",
    "classification": lambda found: f"{found['label']} ({found['confidence']:.2f})",
    "language": lambda found: str(found["language"]),
    "keywords": lambda found: ", ".join(keyword["text"] for keyword in found),
    "entities": lambda found: str(len(found["items"])),
    "readability": lambda found: str(found["level"] or found["reason"]),
    "structure": lambda found: f"{found['counts']['headings']} headings, {found['counts']['paragraphs']} paragraphs",
    "quality": lambda found: f"{found['score']:.2f}, {sum(found['counts'].values())} issues",
    "requirements": lambda found: str(found["total"]),
    "insights": lambda found: str(len(found["insights"])),
    "general": lambda found: f"{found['kind']} about {', '.join(found['about'])}",
}
