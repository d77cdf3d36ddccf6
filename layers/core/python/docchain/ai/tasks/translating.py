"""A translation, piece by piece, so that no answer is cut off. No method of our own can do it honestly."""

import json
from dataclasses import replace
from typing import Final

from docchain.ai.errors import ProviderAnswerInvalid
from docchain.ai.guardrails.fences import fence_of
from docchain.ai.guardrails.sizes import TRANSLATED_MOST, check_length
from docchain.ai.models import Answer, Usage
from docchain.ai.prompts import TRANSLATE
from docchain.ai.tasks.answers import Translated, who_told
from docchain.ai.tasks.asked import Translate
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import answered, question_of
from docchain.ai.tasks.texts import Given, given_text
from docchain.ai.translators import translators
from docchain.clock import now
from docchain.extraction.pieces import pieces_of

PIECE_CHARACTERS: Final = 6_000
_TOKENS_MOST: Final = 8_000


def translate(desk: Desk, caller: Caller, asked: Translate) -> Translated:
    """Raises ``ProviderNotConfigured`` with what to configure."""
    return translated(desk, caller, asked, given_text(desk, caller, asked))


def translated(desk: Desk, caller: Caller, asked: Translate, given: Given) -> Translated:
    check_length(given.text, TRANSLATED_MOST, instead="A workflow with an ai_translate node takes longer ones.")
    named = None if asked.fallbacks is None else tuple(asked.fallbacks)
    order = translators(desk.gateway, caller.tenant_id, asked.provider, named)
    ordered = asked.model_copy(update={"provider": order[0], "fallbacks": list(order[1:])})
    answers = [_piece(desk, caller, ordered, piece) for piece in pieces_of(given.text, PIECE_CHARACTERS)]
    whole = _together(answers)
    return Translated(
        **who_told(whole),
        **given.told,
        translation=whole.text,
        target_language=asked.target_language,
        pieces=len(answers),
        timestamp=now(),
    )


def _piece(desk: Desk, caller: Caller, asked: Translate, piece: str) -> Answer:
    fence = fence_of(caller.tenant_id, piece)
    question = question_of(
        caller, asked, user=fence.around(_instruction(asked), piece), system=fence.role, max_tokens=_TOKENS_MOST
    )
    answer = answered(desk.gateway, question, fence)
    if answer.finish_reason == "length":
        raise ProviderAnswerInvalid(f"{answer.provider} cut its translation off")
    return answer


def _instruction(asked: Translate) -> str:
    source = f" from {asked.source_language}" if asked.source_language else ""
    lines = [TRANSLATE.format(source=source, target=asked.target_language)]
    if asked.tone:
        lines.append(f"Write it {asked.tone}.")
    if asked.glossary:
        lines.append(f"Translate these terms exactly so: {json.dumps(asked.glossary, ensure_ascii=False)}.")
    return " ".join(lines)


def _together(answers: list[Answer]) -> Answer:
    costs = [answer.cost_usd for answer in answers]
    return replace(
        answers[-1],
        text="\n\n".join(answer.text.strip() for answer in answers),
        usage=Usage(
            sum(a.usage.input_tokens for a in answers),
            sum(a.usage.output_tokens for a in answers),
            sum(a.usage.ms for a in answers),
        ),
        cached=all(answer.cached for answer in answers),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        attempts=sum(answer.attempts for answer in answers),
        redacted=sum(answer.redacted for answer in answers),
    )
