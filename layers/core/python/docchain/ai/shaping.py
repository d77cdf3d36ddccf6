"""An answer of a given shape: checked here, whatever the provider promises; asked for once more if it is wrong."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

from docchain.ai.errors import InvalidRequest
from docchain.ai.models import Answer, Question, Usage
from docchain.ai.prompts import REPAIR
from docchain.ai.redaction import Redaction
from docchain.ai.structured import AnswerDoesNotFit, checker, is_closed, parsed, problems_of

SAID_MOST: Final = 20_000
_WORDS: Final = "Answer with one JSON value and nothing else. It must fit this JSON Schema:"


def shaped(question: Question, ask: Callable[[Question], tuple[Answer, Redaction]]) -> Answer:
    """``ask`` gives the answer as it came, and what puts hidden values back."""
    if question.schema is None:
        raise InvalidRequest("a structured answer needs a schema")
    started = time.monotonic()
    validator = checker(question.schema)
    asked = question if is_closed(question.schema) else _in_words(question, question.schema)
    first, redaction = ask(asked)
    answer, problems = _read(first, redaction, validator)
    if not problems:
        return answer
    left = question.seconds - (time.monotonic() - started)
    said = f" Your answer was: {answer.text[:SAID_MOST]}"
    again = f"{asked.user}\n\n{REPAIR} {'; '.join(problems)}.{said}"
    second, redaction = ask(replace(asked, user=again, seconds=left))
    answer, problems = _read(second, redaction, validator)
    if problems:
        told = "The model's answer does not fit the schema, asked twice."
        raise AnswerDoesNotFit(told, details=problems, usage=_paid(first, second))
    return replace(
        answer,
        repaired=True,
        usage=_sum(first.usage, second.usage),
        attempts=first.attempts + second.attempts,
        cost_usd=None if first.cost_usd is None or second.cost_usd is None else first.cost_usd + second.cost_usd,
    )


def _in_words(question: Question, schema: dict[str, Any]) -> Question:
    """Strict modes refuse open schemas; those are asked for in words."""
    written = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return replace(question, schema=None, user=f"{question.user}\n\n{_WORDS} {written}")


def _read(answer: Answer, redaction: Redaction, validator: Any) -> tuple[Answer, list[str]]:
    """The answer with its values, and what is wrong with it."""
    try:
        data = redaction.restore_in(parsed(answer.text))
    except ValueError:
        return replace(answer, text=redaction.restore(answer.text)), ["the answer: is not JSON"]
    whole = replace(answer, text=redaction.restore_json(answer.text), data=data)
    return whole, problems_of(validator, data)


def _paid(first: Answer, second: Answer) -> dict[str, Any]:
    """For answers that are of no use and were paid all the same."""
    return {"provider": second.provider, "model": second.model, **asdict(_sum(first.usage, second.usage))}


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.input_tokens + other.input_tokens, one.output_tokens + other.output_tokens, one.ms + other.ms)
