"""One analysis of a text: by methods of our own where there is one, else by a model, and always with who did it."""

from collections.abc import Callable
from typing import Any, Final, cast, get_args

from docchain.ai import prompts
from docchain.ai.models import Analysis, Answer, Request
from docchain.ai.tasks.answers import Analyzed, Told, who_told
from docchain.ai.tasks.asked import Analyze, OfText, Summarize, Translate
from docchain.ai.tasks.by_model import INSTRUCTIONS, SCHEMAS
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import LOCAL, by_model_or_method, question_of
from docchain.ai.tasks.summarizing import summarized
from docchain.ai.tasks.texts import Given, given_text
from docchain.ai.tasks.translating import translated
from docchain.clock import now

# Also those that a method of our own was made for since this was written.
BY_METHOD: Final = frozenset(get_args(Analysis))
ECHOED_CHARACTERS: Final = 1_000
_TOKENS_MOST: Final = 2_000


def analyze(desk: Desk, caller: Caller, asked: Analyze) -> Analyzed:
    """Raises ``ProviderNotConfigured`` with what to configure, for what only a model can do."""
    given = given_text(desk, caller, asked)
    if asked.analysis_type == "translation":
        wanted = Translate(**_who(asked), text=given.text, target_language=asked.target_language)
        found = translated(desk, caller, wanted, given)
        return _told_by(
            found, asked, given, {"translation": found.translation, "target_language": asked.target_language}
        )
    if asked.analysis_type == "summary":
        order = Summarize(**_who(asked), text=given.text, max_sentences=asked.max_sentences, language=asked.language)
        made = summarized(desk, caller, order, given)
        return _told_by(made, asked, given, {"summary": made.summary, "sentences": made.sentences})
    answer = _answer(desk, caller, asked, given)
    data: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    result = data.get(asked.analysis_type, data)
    return Analyzed(
        **who_told(answer),
        **given.told,
        text=given.text[:ECHOED_CHARACTERS],
        analysis_type=asked.analysis_type,
        result=result,
        timestamp=now(),
    )


def _answer(desk: Desk, caller: Caller, asked: Analyze, given: Given) -> Answer:
    method = _method(asked, given)
    if method and asked.provider in (None, LOCAL) and asked.model is None:
        return method()
    instruction, schema = _words(asked)
    question = question_of(
        caller,
        asked,
        user=given.fence.around(instruction, given.text),
        system=given.fence.role,
        max_tokens=_TOKENS_MOST,
        schema=schema,
    )
    return by_model_or_method(desk.gateway, question, given.fence, method)


def _method(asked: Analyze, given: Given) -> Callable[[], Answer] | None:
    if asked.analysis_type not in BY_METHOD:
        return None
    kind = cast("Analysis", asked.analysis_type)

    def by_method() -> Answer:
        from docchain.ai.local.analysis import analyze as analyze_locally

        return analyze_locally(given.text, (kind,), labels=tuple(asked.labels), language=asked.language)

    return by_method


def _words(asked: Analyze) -> tuple[str, dict[str, Any]]:
    """The instruction and the shape of its answer."""
    if asked.analysis_type in INSTRUCTIONS:
        return INSTRUCTIONS[asked.analysis_type], SCHEMAS[asked.analysis_type]
    from docchain.ai.local.classification import DEFAULT_LABELS

    request = Request(task="analyze", analyses=(cast("Analysis", asked.analysis_type),))
    labels = tuple(asked.labels) or tuple(DEFAULT_LABELS)
    return prompts.analysis_prompt(request, labels), prompts.analysis_schema(request)


def _who(asked: OfText) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in ("provider", "model", "fallbacks", "hide", "cache_seconds")}


def _told_by(found: Told, asked: Analyze, given: Given, result: dict[str, Any]) -> Analyzed:
    told = {name: getattr(found, name) for name in Told.model_fields}
    return Analyzed(**told, text=given.text[:ECHOED_CHARACTERS], analysis_type=asked.analysis_type, result=result)
