"""What each AI node does: ask, and say who answered and how."""

from dataclasses import asdict
from typing import Any

from docchain.ai.choose import Asker, complete
from docchain.ai.gateway import Gateway
from docchain.ai.models import Answer, Request
from docchain.nodes.kinds.ai_analyze import Analyze
from docchain.nodes.kinds.ai_generate import Generate
from docchain.nodes.kinds.ai_summarize import Summarize
from docchain.steps.call import NodeCall, NodeResult, Scalar
from docchain.steps.hashing import content_hash
from docchain.steps.upstream import upstream_text
from functions.steps.ai.sourced import sourced

RECORDING_SECONDS = 5.0
"""Of what is left, for what is done with an answer."""


def summarize(gateway: Gateway, call: NodeCall) -> NodeResult:
    config: Summarize = call.config
    request = Request(
        task="summarize",
        text=config.text if config.text is not None else upstream_text(call),
        provider=config.provider or "local",
        model=config.model,
        sentences=config.max_sentences,
        language=config.language,
    )
    answer = complete(request, gateway, asker_of(call))
    text = _shortened(answer.text, config.max_length)
    data = sourced(call, request.text, answer.data or {})
    facts = {**counts(text), "sentences": len(data.get("sentences", [])), **_language(data), **who(answer)}
    return answer_result(request, answer, {"text": text, **data}, facts)


def analyze(gateway: Gateway, call: NodeCall) -> NodeResult:
    config: Analyze = call.config
    request = Request(
        task="analyze",
        text=config.text if config.text is not None else upstream_text(call),
        provider=config.provider or "local",
        model=config.model,
        analyses=tuple(config.analyses),
        labels=tuple(config.labels or ()),
        language=config.language,
    )
    answer = complete(request, gateway, asker_of(call))
    data = sourced(call, request.text, answer.data or {})
    return answer_result(request, answer, {"text": answer.text, **data}, {**_analysis_facts(data), **who(answer)})


def generate(gateway: Gateway, call: NodeCall) -> NodeResult:
    config: Generate = call.config
    request = Request(
        task="generate",
        prompt="\n\n".join(filter(None, [config.system, config.prompt])),
        provider=config.provider or gateway.directory.default,
        model=config.model,
        max_tokens=config.max_tokens,
        temperature=config.temperature,
        schema=config.response_schema,
    )
    answer = complete(request, gateway, asker_of(call))
    output: dict[str, Any] = {"text": answer.text, "finish_reason": answer.finish_reason}
    if answer.data is not None:
        output["data"] = answer.data
    return answer_result(request, answer, output, {**counts(answer.text), **who(answer)})


def asker_of(call: NodeCall) -> Asker:
    return Asker(call.tenant_id, max(1.0, call.seconds_left() - RECORDING_SECONDS), call.about_to_pay)


def answer_result(request: Request, answer: Answer, output: dict[str, Any], facts: dict[str, Scalar]) -> NodeResult:
    labels = {
        "provider": answer.provider,
        "model": answer.model,
        "method": answer.method,
        "experimental": answer.experimental,
        "fallback_from": answer.fallback_from,
        "cached": answer.cached,
        "prompt_version": answer.prompt_version,
    }
    # What a document's provenance names: it tells whether two answers were asked for in the same words.
    asked = content_hash({"prompt": request.prompt, "text": request.text, "version": answer.prompt_version})
    given = content_hash({"text": answer.text})
    usage = {"provider": answer.provider, "model": answer.model, **asdict(answer.usage)}
    usage |= {"prompt_hash": asked, "answer_hash": given, "attempts": answer.attempts}
    if answer.fallback_from:  # figures of models tell how often another one answered
        usage["fallback_from"] = answer.fallback_from
    return NodeResult(output={**output, **labels}, facts=facts, usage=usage)


def _shortened(text: str, most: int | None) -> str:
    """At a word's end, with a mark that something is missing."""
    if most is None or len(text) <= most:
        return text
    return text[: most - 1].rsplit(None, 1)[0].rstrip(",;:") + "…"


def counts(text: str) -> dict[str, Scalar]:
    return {"words": len(text.split()), "characters": len(text)}


def who(answer: Answer) -> dict[str, Scalar]:
    return {"provider": answer.provider, "model": answer.model}


def _language(data: dict[str, Any]) -> dict[str, Scalar]:
    language = data.get("language")
    return {"language": language} if isinstance(language, str) else {}


def _analysis_facts(data: dict[str, Any]) -> dict[str, Scalar]:
    """A scalar or two of each analysis, for conditions: ``nodes.analysis.sentiment = "negative"``."""
    sentiment, classes = data.get("sentiment") or {}, data.get("classification") or {}
    keywords, entities = data.get("keywords") or [], data.get("entities") or []
    quality = data.get("quality") or {}
    if isinstance(entities, dict):  # the local methods tell more than a list: how much they looked at, and what for
        entities = entities["items"]
    facts: dict[str, Scalar] = {
        "sentiment": sentiment.get("label"),
        "sentiment_score": sentiment.get("score", sentiment.get("confidence")),
        "classification": classes.get("label"),
        "classification_score": classes.get("confidence"),
        "language": (data.get("language") or {}).get("language"),
        "readability": (data.get("readability") or {}).get("ease"),
        "keywords": len(keywords) if "keywords" in data else None,
        "top_keyword": str(keywords[0]["text"])[:200] if keywords else None,
        "entities": len(entities) if "entities" in data else None,
        "quality": quality.get("score"),
        "quality_issues": len(quality["issues"]) if "issues" in quality else None,
        "requirements": len(data["requirements"]["requirements"]) if "requirements" in data else None,
        "insights": len(data["insights"]["insights"]) if "insights" in data else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
