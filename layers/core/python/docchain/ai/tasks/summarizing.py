"""A summary: sentences of the text itself with their places, or a model's own words where a provider is named."""

from typing import Any

from docchain.ai.models import Answer
from docchain.ai.prompts import SUMMARIZE
from docchain.ai.tasks.answers import Summarized, who_told
from docchain.ai.tasks.asked import Summarize
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import LOCAL, by_model_or_method, question_of
from docchain.ai.tasks.texts import Given, given_text
from docchain.clock import now


def summarize(desk: Desk, caller: Caller, asked: Summarize) -> Summarized:
    return summarized(desk, caller, asked, given_text(desk, caller, asked))


def summarized(desk: Desk, caller: Caller, asked: Summarize, given: Given) -> Summarized:
    answer = _answer(desk, caller, asked, given)
    data: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    return Summarized(
        **who_told(answer),
        **given.told,
        summary=answer.text,
        sentences=[{**found, **given.source(found["start"], found["end"])} for found in data.get("sentences", [])],
        language=data.get("language") or asked.language,
        timestamp=now(),
    )


def _answer(desk: Desk, caller: Caller, asked: Summarize, given: Given) -> Answer:
    if asked.provider in (None, LOCAL) and asked.model is None:
        return _extractive(asked, given)
    task = SUMMARIZE.format(sentences=asked.max_sentences, language=asked.language or "the document's own language")
    question = question_of(
        caller,
        asked,
        user=given.fence.around(task, given.text),
        system=given.fence.role,
        max_tokens=asked.max_tokens,
    )
    return by_model_or_method(desk.gateway, question, given.fence, lambda: _extractive(asked, given))


def _extractive(asked: Summarize, given: Given) -> Answer:
    from docchain.ai.local.summary import summarize as extract_sentences

    return extract_sentences(given.text, asked.max_sentences, asked.language)
