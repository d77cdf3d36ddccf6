"""A decision between options: a model's, with its confidence, or that of a rule which everybody can follow.

The rule is there before the model is asked, and decides when no model answers, when its answer does not fit, or when
it is less sure than was demanded. Either way it is written down who decided, on which words, and why.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Protocol

from docchain.ai.errors import (
    AiLimitReached,
    ProviderAuthFailed,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderUnavailable,
)
from docchain.ai.models import AboutToPay, Answer, Question
from docchain.ai.prompts import ROLE, user_turn
from docchain.ai.structured import AnswerDoesNotFit
from docchain.clock import now
from docchain.costs.errors import BudgetExceeded
from docchain.errors import StepError, invalid
from docchain.steps.hashing import content_hash

OPTIONS_MOST: Final = 20
CONTEXT_CHARACTERS_MOST: Final = 50_000
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_AWAY = (
    ProviderNotConfigured,
    ProviderAuthFailed,
    ProviderUnavailable,
    ProviderRefused,
    AiLimitReached,
    AnswerDoesNotFit,
    BudgetExceeded,
)
_ASK: Final = (
    "Decide between these options: {options}. Answer with one JSON object: choice (one of the options), confidence "
    "(0 to 1, how sure you are) and reason (one sentence that names what in the document speaks for it)."
)

Rule = Callable[[Mapping[str, Any]], str]
"""From the context to one of the options. Deterministic: the same context gives the same option."""


class Asks(Protocol):
    """The part of the gateway that is needed here."""

    def structured(self, question: Question) -> Answer: ...


@dataclass(frozen=True)
class Matter:
    """What is to be decided. ``context`` are the facts; a model reads them as a document, the rule as they are.

    ``rule_name`` says in the record which rule there was. ``least_confidence``: less of it leaves it to the rule.
    """

    tenant_id: str
    instruction: str
    context: Mapping[str, Any]
    options: tuple[str, ...]
    rule: Rule
    rule_name: str
    provider: str | None = None
    model: str | None = None
    least_confidence: float = 0.5
    seconds: float = 20.0
    about_to_pay: AboutToPay = field(default=lambda _: None, repr=False)


@dataclass(frozen=True)
class Decision:
    """``answer`` is the model's own, also when the rule decided against it; ``unavailable`` is the code of why there is
    none. A rule is certain: its ``confidence`` is 1.
    """

    choice: str
    decided_by: Literal["model", "rule"]
    confidence: float
    reason: str
    prompt: str
    prompt_hash: str
    options: tuple[str, ...]
    rule_name: str
    rule_choice: str
    decided_at: str
    answer: dict[str, Any] | None = None
    unavailable: str | None = None
    provider: str | None = None
    model: str | None = None
    fallback_from: str | None = None
    cost_usd: float | None = None

    def as_kept(self) -> dict[str, Any]:
        """For a record, an event or an answer; what is absent is left away."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def decide(gateway: Asks | None, matter: Matter) -> Decision:
    """Without a gateway the rule decides. Raises ``ValidationFailed`` for a matter, or a rule, that cannot be right."""
    _check(matter)
    ruled = matter.rule(matter.context)
    if ruled not in matter.options:
        raise invalid("rule", f"the rule {matter.rule_name!r} gave something that is no option")
    prompt = user_turn(f"{matter.instruction}\n\n{_ASK.format(options=_listed(matter.options))}", _context(matter))
    if gateway is None:
        return _by_rule(matter, prompt, ruled, "No model was to be asked.")
    try:
        answer = gateway.structured(_question(matter, prompt))
    except _AWAY as error:
        return _by_rule(matter, prompt, ruled, "No model could be asked.", unavailable=error)
    data = answer.data or {}
    confidence = min(1.0, max(0.0, float(data.get("confidence", 0.0))))
    told: dict[str, Any] = {
        "answer": data,
        "provider": answer.provider,
        "model": answer.model,
        "fallback_from": answer.fallback_from,
        "cost_usd": answer.cost_usd,
    }
    if data.get("choice") not in matter.options or confidence < matter.least_confidence:
        why = f"The model is {confidence:.2f} sure, and {matter.least_confidence:.2f} were demanded."
        return _by_rule(matter, prompt, ruled, why, **told)
    reason = str(data.get("reason", ""))[:1000]
    return _decision(matter, prompt, ruled, str(data["choice"]), "model", confidence, reason, **told)


def _by_rule(
    matter: Matter, prompt: str, ruled: str, why: str, *, unavailable: StepError | Exception | None = None, **told: Any
) -> Decision:
    code = getattr(unavailable, "code", None)
    reason = f"{why} The rule {matter.rule_name} decided."
    return _decision(matter, prompt, ruled, ruled, "rule", 1.0, reason, unavailable=code, **told)


def _decision(
    matter: Matter,
    prompt: str,
    ruled: str,
    choice: str,
    decided_by: Literal["model", "rule"],
    confidence: float,
    reason: str,
    **told: Any,
) -> Decision:
    return Decision(
        choice=choice,
        decided_by=decided_by,
        confidence=confidence,
        reason=reason,
        prompt=prompt,
        prompt_hash=content_hash({"system": ROLE, "prompt": prompt}),
        options=matter.options,
        rule_name=matter.rule_name,
        rule_choice=ruled,
        decided_at=now(),
        **told,
    )


def _question(matter: Matter, prompt: str) -> Question:
    return Question(
        tenant_id=matter.tenant_id,
        user=prompt,
        system=ROLE,
        provider=matter.provider,
        model=matter.model,
        max_tokens=300,
        temperature=0.0,
        schema={
            "type": "object",
            "properties": {
                "choice": {"type": "string", "enum": list(matter.options)},
                "confidence": {"type": "number"},
                "reason": {"type": "string", "maxLength": 500},
            },
            "required": ["choice", "confidence", "reason"],
            "additionalProperties": False,
        },
        seconds=matter.seconds,
        about_to_pay=matter.about_to_pay,
    )


def _check(matter: Matter) -> None:
    if not 2 <= len(set(matter.options)) == len(matter.options) <= OPTIONS_MOST:
        raise invalid("options", f"must be between 2 and {OPTIONS_MOST}, each once")
    if bad := next((option for option in matter.options if not _NAME.fullmatch(option)), None):
        raise invalid("options", f"{bad[:60]!r} is not a name of small letters, digits and underscores")
    if not matter.instruction.strip():
        raise invalid("instruction", "says what is to be decided, and is empty")


def _context(matter: Matter) -> str:
    text = json.dumps(matter.context, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    if len(text) > CONTEXT_CHARACTERS_MOST:
        raise invalid("context", f"has more than {CONTEXT_CHARACTERS_MOST:,} characters")
    return text


def _listed(options: tuple[str, ...]) -> str:
    return ", ".join(options)
