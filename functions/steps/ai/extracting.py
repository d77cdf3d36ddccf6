"""ai_extract: JSON of a schema; an answer that does not fit is sent back once with what is wrong."""

import json
from dataclasses import asdict, replace
from typing import Any

from docchain.ai.choose import complete
from docchain.ai.errors import ProviderAnswerInvalid
from docchain.ai.models import Completion, ProviderSettings, Request, Usage
from docchain.ai.prompts import EXTRACT, REPAIR
from docchain.ai.structured import AnswerDoesNotFit, checker, is_closed, parsed, problems_of
from docchain.nodes.kinds.ai_extract import Extract
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.upstream import upstream_text
from functions.steps.ai.workers import Providers, answer_result, who

_ANSWER_MOST = 20_000


def extract(providers: Providers, call: NodeCall) -> NodeResult:
    """Raises ``SchemaInvalid``, ``AnswerDoesNotFit`` after the second answer."""
    config: Extract = call.config
    validator = checker(config.response_schema)
    request = Request(
        task="generate",
        text=config.text if config.text is not None else upstream_text(call),
        prompt=_instruction(config),
        provider=config.provider or "openai",
        model=config.model,
        max_tokens=config.max_tokens,
        temperature=0.0,
        # Strict mode refuses open schemas; those are asked for in words, and every answer is checked here.
        schema=config.response_schema if is_closed(config.response_schema) else None,
    )
    settings = providers(call.tenant_id, request.provider)
    answer, data, problems = _asked(request, settings, call, validator)
    repaired = bool(problems)
    if problems:
        again = replace(request, prompt=_repair(request.prompt, answer, problems))
        first = answer
        answer, data, problems = _asked(again, settings, call, validator)
        if problems or answer is None:
            told = "The model's answer does not fit the schema, asked twice."
            raise AnswerDoesNotFit(told, details=problems, usage=_paid(first, answer))
        answer = replace(answer, usage=_sum(first.usage if first else Usage(), answer.usage))
    if answer is None:  # no problem without an answer, which mypy cannot see
        raise AnswerDoesNotFit("The model gave no answer.")
    output = {"text": json.dumps(data, ensure_ascii=False, indent=2), "data": data, "repaired": repaired}
    facts = {"fields": len(data), "repaired": repaired, **who(answer)}
    return answer_result(request, answer, output, facts)


def _asked(
    request: Request, settings: ProviderSettings, call: NodeCall, validator: Any
) -> tuple[Completion | None, Any, list[str]]:
    """The answer, what it holds and what is wrong with it."""
    try:
        answer = complete(request, settings, call.about_to_pay)
    except ProviderAnswerInvalid as error:
        return None, None, [error.message]
    try:
        data = answer.data if answer.data is not None else parsed(answer.text)
    except ValueError:
        return answer, None, ["the answer: is not JSON"]
    return answer, data, problems_of(validator, data)


def _instruction(config: Extract) -> str:
    schema = json.dumps(config.response_schema, ensure_ascii=False, separators=(",", ":"))
    return " ".join(filter(None, [EXTRACT, schema, config.instructions]))


def _repair(prompt: str, answer: Completion | None, problems: list[str]) -> str:
    said = f" Your answer was: {answer.text[:_ANSWER_MOST]}" if answer else ""
    return f"{prompt} {REPAIR} {'; '.join(problems)}.{said}"


def _paid(*answers: Completion | None) -> dict[str, Any]:
    """For answers that are of no use and were paid all the same; the provider is the same in all."""
    paid = Usage()
    given = [answer for answer in answers if answer]
    for answer in given:
        paid = _sum(paid, answer.usage)
    return {"provider": given[0].provider, "model": given[0].model, **asdict(paid)} if given else {}


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.input_tokens + other.input_tokens, one.output_tokens + other.output_tokens, one.ms + other.ms)
