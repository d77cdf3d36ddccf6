"""ai_translate: piece by piece, so that no answer is cut off and no paragraph is torn."""

import json
from dataclasses import replace

from docchain.ai.choose import complete
from docchain.ai.errors import ProviderAnswerInvalid
from docchain.ai.gateway import Gateway
from docchain.ai.models import Answer, Request, Usage
from docchain.ai.prompts import TRANSLATE
from docchain.ai.translators import translators
from docchain.errors import TransientStepError
from docchain.extraction.pieces import pieces_of
from docchain.nodes.kinds.ai_translate import Translate
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.upstream import upstream_text
from functions.steps.ai.workers import answer_result, asker_of, counts, who

# Some 1,500 tokens in and, in wordy languages, twice as many out.
PIECE_CHARACTERS = 6_000
_TOKENS_MOST = 8_000
_SECONDS_FOR_ONE = 20


def translate(gateway: Gateway, call: NodeCall) -> NodeResult:
    config: Translate = call.config
    text = config.text if config.text is not None else upstream_text(call)
    first, *others = translators(gateway, call.tenant_id, config.provider, None)
    request = Request(
        task="generate",
        prompt=_instruction(config),
        provider=first,
        fallbacks=tuple(others),
        model=config.model,
        max_tokens=_TOKENS_MOST,
        temperature=0.0,
        language=config.target_language,
    )
    answers: list[Answer] = []
    for piece in pieces_of(text, PIECE_CHARACTERS):
        if answers and call.seconds_left() < _SECONDS_FOR_ONE:
            raise TransientStepError("The text is too long for one attempt; use a faster model, or split it first.")
        answer = complete(replace(request, text=piece), gateway, asker_of(call))
        if answer.finish_reason == "length":
            raise ProviderAnswerInvalid(f"{answer.provider} cut its translation off")
        answers.append(answer)
    whole = replace(
        answers[-1],
        text="\n\n".join(a.text.strip() for a in answers),
        usage=Usage(
            sum(a.usage.input_tokens for a in answers),
            sum(a.usage.output_tokens for a in answers),
            sum(a.usage.ms for a in answers),
        ),
    )
    output = {"text": whole.text, "language": config.target_language, "pieces": len(answers)}
    facts = {**counts(whole.text), "pieces": len(answers), "language": config.target_language, **who(whole)}
    return answer_result(replace(request, text=text), whole, output, facts)


def _instruction(config: Translate) -> str:
    source = f" from {config.source_language}" if config.source_language else ""
    lines = [TRANSLATE.format(source=source, target=config.target_language)]
    if config.tone:
        lines.append(f"Write it {config.tone}.")
    if config.glossary:
        lines.append(f"Translate these terms exactly so: {json.dumps(config.glossary, ensure_ascii=False)}.")
    return " ".join(lines)
