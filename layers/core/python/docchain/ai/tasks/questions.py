"""How a task is asked of the gateway, and who does it by methods of our own when no model can."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docchain.ai import prompts
from docchain.ai.gateway import PASSED_OVER, Gateway
from docchain.ai.guardrails.fences import Fence
from docchain.ai.guardrails.leaks import check_answer
from docchain.ai.models import Answer, Question
from docchain.ai.tasks.asked import WhoAnswers
from docchain.ai.tasks.desk import Caller

LOCAL = "local"


def question_of(
    caller: Caller,
    asked: WhoAnswers,
    *,
    user: str,
    system: str,
    max_tokens: int,
    temperature: float = 0.0,
    schema: dict[str, Any] | None = None,
    prompt_version: str = prompts.VERSION,
) -> Question:
    return Question(
        tenant_id=caller.tenant_id,
        user=user,
        system=system,
        provider=asked.provider,
        model=asked.model,
        max_tokens=max_tokens,
        temperature=temperature,
        schema=schema,
        fallbacks=None if asked.fallbacks is None else tuple(asked.fallbacks),
        seconds=caller.seconds,
        personal_kinds=tuple(asked.hide),
        cache_seconds=asked.cache_seconds,
        prompt_version=prompt_version,
    )


def answered(gateway: Gateway, question: Question, fence: Fence | None) -> Answer:
    """Raises ``AnswerRefused`` besides what the gateway raises."""
    answer = gateway.generate(question) if question.schema is None else gateway.structured(question)
    check_answer(fence, answer.text)
    return answer


def by_model_or_method(
    gateway: Gateway, question: Question, fence: Fence, method: Callable[[], Answer] | None
) -> Answer:
    """A model server of one's own is no match for a method of our own: where ``local`` may stand in, the method does.

    Without a method the gateway decides by itself.
    """
    if method is None:
        return answered(gateway, question, fence)
    allowed = gateway.directory.fallbacks if question.fallbacks is None else question.fallbacks
    others = tuple(name for name in allowed if name != LOCAL)
    try:
        return answered(gateway, replace(question, fallbacks=others), fence)
    except PASSED_OVER:
        if LOCAL not in allowed:
            raise
    return replace(method(), fallback_from=question.provider or gateway.directory.default)
