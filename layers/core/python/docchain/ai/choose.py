"""Who does a task: a model, through the gateway, or, where that is asked for or allowed, the local methods."""

from dataclasses import dataclass, field, replace
from typing import Final

from docchain.ai import prompts
from docchain.ai.errors import InvalidRequest
from docchain.ai.gateway import PASSED_OVER, Gateway
from docchain.ai.models import AboutToPay, Answer, Question, Request
from docchain.costs.worst_case import NOTHING_PAID

LOCAL_METHODS: Final = ("summarize", "analyze")


@dataclass(frozen=True)
class Asker:
    """For whom a task is done: what bounds and watches it."""

    tenant_id: str
    seconds: float = 60.0
    about_to_pay: AboutToPay = lambda _: None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    personal: tuple[str, ...] = field(default=(), repr=False)
    personal_kinds: tuple[str, ...] = ()


def complete(request: Request, gateway: Gateway, asker: Asker) -> Answer:
    """The answer, with the name of who gave it. ``fallback_from`` names the provider that should have answered."""
    _check(request)
    if request.task == "generate":
        return _by_model(request, gateway, asker, fallbacks=request.fallbacks)
    if request.provider == "local" and request.model is None:
        asker.about_to_pay(NOTHING_PAID)
        return _by_method(request)
    allowed = gateway.directory.fallbacks
    try:
        return _by_model(request, gateway, asker, fallbacks=tuple(name for name in allowed if name != "local"))
    except PASSED_OVER:
        if "local" not in allowed or request.provider == "local":
            raise
    asker.about_to_pay(NOTHING_PAID)
    return replace(_by_method(request), fallback_from=request.provider)


def question_of(request: Request, asker: Asker, fallbacks: tuple[str, ...] | None = None) -> Question:
    user, schema = _prompted(request)
    return Question(
        tenant_id=asker.tenant_id,
        user=user,
        system=prompts.ROLE,
        provider=request.provider,
        model=request.model,
        max_tokens=request.max_tokens,
        # Facts are wanted of a summary or an analysis, not ideas.
        temperature=request.temperature if request.task == "generate" else 0.0,
        schema=schema,
        fallbacks=fallbacks,
        seconds=asker.seconds,
        secrets=asker.secrets,
        personal=asker.personal,
        personal_kinds=asker.personal_kinds,
        prompt_version=prompts.VERSION,
        about_to_pay=asker.about_to_pay,
    )


def _check(request: Request) -> None:
    if request.task in LOCAL_METHODS and not request.text.strip():
        raise InvalidRequest("there is no text to work on")
    if request.task == "generate" and not request.prompt.strip():
        raise InvalidRequest("there is no prompt")


def _by_model(request: Request, gateway: Gateway, asker: Asker, fallbacks: tuple[str, ...] | None) -> Answer:
    question = question_of(request, asker, fallbacks)
    return gateway.generate(question) if question.schema is None else gateway.structured(question)


def _by_method(request: Request) -> Answer:
    if request.task == "summarize":
        from docchain.ai.local.summary import summarize

        return summarize(request.text, request.sentences, request.language)
    from docchain.ai.local.analysis import analyze

    return analyze(request.text, request.analyses, labels=request.labels, language=request.language)


def _prompted(request: Request) -> tuple[str, dict[str, object] | None]:
    if request.task == "summarize":
        return prompts.summary_prompt(request), None
    if request.task == "analyze":
        from docchain.ai.local.classification import DEFAULT_LABELS

        labels = request.labels or tuple(DEFAULT_LABELS)
        return prompts.analysis_prompt(request, labels), prompts.analysis_schema(request)
    return prompts.user_turn(request.prompt, request.text), request.schema
