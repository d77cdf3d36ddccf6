"""Analyses in a model's own words: what is asked for, and the shape of the answer."""

from typing import Any, Final


def _list_of(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(**fields)}


def _object(**fields: dict[str, Any]) -> dict[str, Any]:
    """Closed, and every field required, as strict modes want it."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}
_SCORE: Final[dict[str, Any]] = {"type": "number", "minimum": 0, "maximum": 1}
_GRADE: Final[dict[str, Any]] = {"type": "string", "enum": ["low", "medium", "high"]}
_ONLY: Final = "Say nothing that the document does not say; quote where you can."

INSTRUCTIONS: Final[dict[str, str]] = {
    "structure": "Describe how the document is built: its kind, its sections in order with what each is for, and what "
    f"is missing for a document of that kind. {_ONLY}",
    "quality": "Judge how well the document is written: clarity, completeness, consistency and correctness, each from "
    f"0 to 1, and list its issues with what would mend each. {_ONLY}",
    "requirements": "List the requirements, obligations and constraints in the document, who has to meet each, and by "
    f"when, where it says so (else an empty text). {_ONLY}",
    "performance_optimization": "The document describes a process or its figures. List what slows it down or costs "
    f"most, with the passage that shows it, and what would mend it. {_ONLY}",
    "insights": f"List the most important insights of the document, each with the passage that supports it. {_ONLY}",
    "general": "Say what the document is about, its kind, its main points, and what the reader should do, if anything. "
    f"{_ONLY}",
}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "structure": _object(
        kind=_TEXT, sections=_list_of(title=_TEXT, purpose=_TEXT), missing=_TEXTS, is_complete={"type": "boolean"}
    ),
    "quality": _object(
        clarity=_SCORE,
        completeness=_SCORE,
        consistency=_SCORE,
        correctness=_SCORE,
        issues=_list_of(issue=_TEXT, suggestion=_TEXT, severity=_GRADE),
    ),
    "requirements": _object(requirements=_list_of(requirement=_TEXT, who=_TEXT, by=_TEXT, quote=_TEXT)),
    "performance_optimization": _object(
        findings=_list_of(problem=_TEXT, evidence=_TEXT, suggestion=_TEXT, impact=_GRADE)
    ),
    "insights": _object(insights=_list_of(insight=_TEXT, evidence=_TEXT, importance=_GRADE)),
    "general": _object(about=_TEXT, kind=_TEXT, main_points=_TEXTS, actions=_TEXTS),
}
