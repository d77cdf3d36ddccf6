"""Who answers a request: the provider that was asked for, or, where that is allowed, the local methods."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from docchain.ai import prompts
from docchain.ai.errors import InvalidRequest, ProviderNotConfigured
from docchain.ai.models import Completion, ProviderSettings, Request
from docchain.ai.openai_provider import OpenAIProvider
from docchain.ai.provider import ChatRequest, Provider
from docchain.costs.worst_case import NOTHING_PAID, PaidCall, most_tokens

MAX_PROMPT_CHARACTERS = 400_000
LOCAL_METHODS = ("summarize", "analyze")
FRAMING_TOKENS = 64


AboutToPay = Callable[[PaidCall], None]
"""Hears before a model is asked, with the most that it may cost; it raises when a budget has no room."""


def complete(request: Request, settings: ProviderSettings, about_to_pay: AboutToPay = lambda _: None) -> Completion:
    """The answer, with the name of who gave it. ``fallback_from`` names the provider that could not be asked."""
    _check(request)
    if request.provider == "openai":
        if settings.openai_api_key:
            provider, model = _openai(settings, settings.openai_api_key), request.model or settings.openai_model
            return _by_model(request, provider, model, partial(_announce, "openai", about_to_pay))
        if not settings.allow_fallback:
            raise ProviderNotConfigured("openai has no key: set it in the stage's secret, or ask the provider 'local'")
        about_to_pay(NOTHING_PAID)
        return replace(_locally(request, settings, model=None), fallback_from="openai")
    about_to_pay(NOTHING_PAID)
    return _locally(request, settings, model=request.model)


def _check(request: Request) -> None:
    if request.provider not in ("openai", "local"):
        raise InvalidRequest(f"the provider {request.provider!r} is not known; there are: openai, local")
    if request.task in LOCAL_METHODS and not request.text.strip():
        raise InvalidRequest("there is no text to work on")
    if request.task == "generate" and not request.prompt.strip():
        raise InvalidRequest("there is no prompt")


def _openai(settings: ProviderSettings, key: str) -> Provider:
    return OpenAIProvider(
        api_key=key,
        base_url=settings.openai_base_url,
        timeout_seconds=settings.timeout_seconds,
        max_retries=settings.max_retries,
    )


def _locally(request: Request, settings: ProviderSettings, *, model: str | None) -> Completion:
    """Methods of our own for all but free generation, for which there is only a real model."""
    if request.task == "summarize" and model is None:
        from docchain.ai.local.summary import summarize

        return summarize(request.text, request.sentences, request.language)
    if request.task == "analyze" and model is None:
        from docchain.ai.local.analysis import analyze

        return analyze(request.text, request.analyses, labels=request.labels, language=request.language)
    if not settings.local_base_url:
        raise ProviderNotConfigured(
            "no generative model is configured: set an OpenAI key, or the base URL of an OpenAI-compatible server "
            "(llama.cpp, Ollama, LM Studio, vLLM) as the local model server"
        )
    provider = OpenAIProvider(
        api_key="not-needed",  # the SDK insists on one; local servers do not look at it
        base_url=settings.local_base_url,
        name="local",
        experimental=True,
        timeout_seconds=settings.timeout_seconds,
        max_retries=settings.max_retries,
    )
    return _by_model(request, provider, model or settings.local_model)


def _announce(provider: str, about_to_pay: AboutToPay, asked: ChatRequest) -> None:
    """A few tokens more are for what providers put around a message."""
    schema = json.dumps(asked.schema) if asked.schema else ""
    most = most_tokens(asked.system, asked.user, schema) + FRAMING_TOKENS
    about_to_pay(PaidCall(provider, asked.model, input_tokens=most, output_tokens=asked.max_tokens))


def _by_model(
    request: Request, provider: Provider, model: str, announce: Callable[[ChatRequest], None] = lambda _: None
) -> Completion:
    user, schema = _prompted(request)
    if len(user) > MAX_PROMPT_CHARACTERS:
        raise InvalidRequest(f"the prompt has {len(user):,} characters, more than {MAX_PROMPT_CHARACTERS:,}")
    # Facts are wanted of a summary or an analysis, not ideas.
    temperature = request.temperature if request.task == "generate" else 0.0
    asked = ChatRequest(prompts.ROLE, user, model, request.max_tokens, temperature, schema)
    announce(asked)
    answer = provider.chat(asked)
    return replace(answer, prompt_version=prompts.VERSION)


def _prompted(request: Request) -> tuple[str, dict[str, object] | None]:
    if request.task == "summarize":
        return prompts.summary_prompt(request), None
    if request.task == "analyze":
        from docchain.ai.local.classification import DEFAULT_LABELS

        labels = request.labels or tuple(DEFAULT_LABELS)
        return prompts.analysis_prompt(request, labels), prompts.analysis_schema(request)
    return prompts.user_turn(request.prompt, request.text), request.schema
