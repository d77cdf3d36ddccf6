"""Free text, or JSON of a schema, from a prompt."""

from dataclasses import dataclass
from typing import Any

from docchain.ai.guardrails.fences import Fence
from docchain.ai.models import Answer, Question
from docchain.ai.prompts import VERSION
from docchain.ai.tasks.answers import Generated, who_told
from docchain.ai.tasks.asked import Generate, UsePrompt
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import answered, question_of
from docchain.ai.tasks.texts import given_text
from docchain.ai.templates.models import Rendered
from docchain.ai.templates.rendering import rendered
from docchain.clock import now


@dataclass(frozen=True)
class Prepared:
    """All that is known before a model is asked. ``told`` is of the text."""

    question: Question
    fence: Fence | None
    told: dict[str, Any]


def generate(desk: Desk, caller: Caller, asked: Generate) -> Generated:
    prepared = prepare(desk, caller, asked)
    return generated(answered(desk.gateway, prepared.question, prepared.fence), prepared)


def prepare(desk: Desk, caller: Caller, asked: Generate) -> Prepared:
    """Raises ``PromptNotFound``, ``VariablesInvalid`` and what a text may raise."""
    kept = _rendered(desk, caller.tenant_id, asked.template) if asked.template else None
    prompt = kept.prompt if kept else asked.prompt or ""
    systems = [asked.system, kept.system if kept else ""]
    given = given_text(desk, caller, asked) if asked.sources else None
    question = question_of(
        caller,
        asked,
        user=given.fence.around(prompt, given.text) if given else prompt,
        system="\n\n".join(filter(None, [given.fence.role if given else "", *systems])),
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        schema=asked.response_schema,
        prompt_version=f"{kept.version}/{VERSION}" if kept else VERSION,
    )
    return Prepared(question, given.fence if given else None, given.told if given else {})


def generated(answer: Answer, prepared: Prepared) -> Generated:
    return Generated(
        **who_told(answer),
        **prepared.told,
        content=answer.text,
        data=answer.data if prepared.question.schema is not None else None,
        repaired=answer.repaired,
        timestamp=now(),
    )


def _rendered(desk: Desk, tenant_id: str, used: UsePrompt) -> Rendered:
    return rendered(desk.prompts.read(tenant_id, used.name, used.version), used.variables)
