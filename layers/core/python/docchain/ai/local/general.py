"""A first look at a text: what it is, what it is about, its main points and what somebody has to do."""

from typing import Any, Final

from docchain.ai.local.classification import classify
from docchain.ai.local.keywords import find_keywords
from docchain.ai.local.readability import readability
from docchain.ai.local.requirements import find_requirements
from docchain.ai.local.sentiment import sentiment
from docchain.ai.local.summary import summarize

POINTS: Final = 5
ACTIONS: Final = 5
LIMITS: Final = "points and actions are sentences of the text; the kind is the nearest of those that are known"


def look_over(text: str, language: str) -> dict[str, Any]:
    kind = classify(text)
    points = summarize(text, POINTS, language)
    duties = find_requirements(text, language)
    actions = [one for one in duties["requirements"] if one["strength"] in ("mandatory", "prohibited")]
    mood = sentiment(text)
    return {
        "about": [keyword["text"] for keyword in find_keywords(text, language, most=POINTS)],
        "kind": kind["label"],
        "kind_confidence": kind["confidence"],
        "language": language,
        "main_points": points.data["sentences"],
        "actions": actions[:ACTIONS],
        "requirements_total": duties["total"],
        "sentiment": {"label": mood["label"], "score": mood["score"]},
        "level": readability(text, language)["level"],
        "words": len(text.split()),
        "limits": LIMITS,
    }
