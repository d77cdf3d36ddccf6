"""ai_extract: JSON of a schema; an answer that does not fit is sent back once with what is wrong."""

import json

from docchain.ai.choose import question_of
from docchain.ai.gateway import Gateway
from docchain.ai.models import Request
from docchain.ai.prompts import EXTRACT
from docchain.nodes.kinds.ai_extract import Extract
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.upstream import upstream_text
from functions.steps.ai.sourced import sourced_values
from functions.steps.ai.workers import answer_result, asker_of, who


def extract(gateway: Gateway, call: NodeCall) -> NodeResult:
    """Raises ``SchemaInvalid``, ``AnswerDoesNotFit`` after the second answer."""
    config: Extract = call.config
    request = Request(
        task="generate",
        text=config.text if config.text is not None else upstream_text(call),
        prompt=_instruction(config),
        provider=config.provider or gateway.directory.default,
        model=config.model,
        max_tokens=config.max_tokens,
        temperature=0.0,
        schema=config.response_schema,
    )
    answer = gateway.structured(question_of(request, asker_of(call)))
    text = json.dumps(answer.data, ensure_ascii=False, indent=2)
    output = {"text": text, "data": answer.data, "repaired": answer.repaired}
    output |= sourced_values(call, request.text, answer.data)
    facts = {"fields": len(answer.data), "repaired": answer.repaired, **who(answer)}
    return answer_result(request, answer, output, facts)


def _instruction(config: Extract) -> str:
    schema = json.dumps(config.response_schema, ensure_ascii=False, separators=(",", ":"))
    return " ".join(filter(None, [EXTRACT, schema, config.instructions]))
