"""How well a text is made, by signs that can be counted: each issue with its place, and what would mend it.

By rules. A score is 1 less the weight of its issues for each 500 words; whether what is said is true, nobody looks at.
"""

from typing import Any, Final

from docchain.ai.local.quality_checks import CHECKS, Issue
from docchain.ai.local.quality_text import Text, text_of
from docchain.ai.local.readability import readability

LOOKED_AT: Final = 1_000_000
MOST: Final = 100
MOST_OF_A_CHECK: Final = 20
LIMITS: Final = "form only: whether what the text says is true, or all that it should say, is not judged"
_WORDS_OF_A_SHARE: Final = 500
_WEIGHTS: Final = {"high": 0.3, "medium": 0.15, "low": 0.05}
_SCORES: Final = ("clarity", "completeness", "consistency", "correctness")
_EASY, _HARD = 60.0, 0.0


def judge_quality(source: str, language: str) -> dict[str, Any]:
    text = text_of(source[:LOOKED_AT], language)
    issues: list[Issue] = []
    counts: dict[str, int] = {}
    for check in CHECKS:
        found = list(check(text))
        if found:
            counts[found[0].check] = len(found)
        issues += found
    ease = readability(text.source, language)["ease"]
    scores = {name: _score(name, text, issues) for name in _SCORES}
    if ease is not None:
        scores["clarity"] = round(min(scores["clarity"], 0.4 + 0.6 * _share_of_ease(ease)), 2)
    return {
        **scores,
        "score": round(sum(scores.values()) / len(scores), 2),
        "ease": ease,
        "issues": [issue.as_json() for issue in _shown(issues)],
        "counts": counts,
        "characters_considered": len(text.source),
        "limits": LIMITS,
    }


def _score(name: str, text: Text, issues: list[Issue]) -> float:
    weight = sum(_WEIGHTS[issue.severity] for issue in issues if issue.about == name)
    return round(max(0.0, 1.0 - weight / max(1.0, text.words / _WORDS_OF_A_SHARE)), 2)


def _share_of_ease(ease: float) -> float:
    return min(max((ease - _HARD) / (_EASY - _HARD), 0.0), 1.0)


def _shown(issues: list[Issue]) -> list[Issue]:
    """The gravest first, then as they stand; no check may push the others out."""
    shown: list[Issue] = []
    of_check: dict[str, int] = {}
    for issue in sorted(issues, key=lambda one: (-_WEIGHTS[one.severity], one.start)):
        of_check[issue.check] = of_check.get(issue.check, 0) + 1
        if len(shown) < MOST and of_check[issue.check] <= MOST_OF_A_CHECK:
            shown.append(issue)
    return shown
