"""What is answered, and in every answer who gave it, how, and what it took."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.ai.models import Answer, Embeddings, Usage


class TokenUsage(BaseModel):
    """As the provider counted them; methods of our own have no tokens."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    ms: int = 0

    @classmethod
    def of(cls, usage: Usage) -> "TokenUsage":
        total = usage.input_tokens + usage.output_tokens
        return cls(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, total_tokens=total, ms=usage.ms)


class Told(BaseModel):
    """``method``: generative, extractive, embedding or rule-based. ``fallback_from`` names who should have answered.

    ``cost_usd`` is ``null`` where the model has no listed price. ``injection_signs``: where the text seems to give
    orders to a model; it was not obeyed. ``warnings`` are of the document's reader.
    """

    provider: str
    model: str
    method: str
    usage: TokenUsage
    finish_reason: str = "stop"
    fallback_from: str | None = None
    cached: bool = False
    cost_usd: float | None = None
    experimental: bool = False
    attempts: int = 1
    redacted: int = 0
    prompt_version: str | None = None
    injection_signs: list[dict[str, Any]] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    timestamp: str


def who_told(answer: Answer) -> dict[str, Any]:
    """The fields of ``Told`` that an answer itself knows."""
    return {
        "provider": answer.provider,
        "model": answer.model,
        "method": answer.method,
        "usage": TokenUsage.of(answer.usage),
        "finish_reason": answer.finish_reason,
        "fallback_from": answer.fallback_from,
        "cached": answer.cached,
        # What our own methods do costs nobody anything.
        "cost_usd": 0.0 if answer.method != "generative" and answer.cost_usd is None else answer.cost_usd,
        "experimental": answer.experimental,
        "attempts": answer.attempts,
        "redacted": answer.redacted,
        "prompt_version": answer.prompt_version,
    }


class Generated(Told):
    """``stream_id`` and ``pieces``: under which name, and in how many pieces, it was pushed while it was written."""

    content: str
    data: Any = None
    repaired: bool = False
    stream_id: str | None = None
    pieces: int | None = None
    seconds_to_first_piece: float | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "content": "A workflow that reads invoices.",
                    "provider": "local",
                    "model": "SmolLM2-135M-Instruct",
                    "method": "generative",
                    "fallback_from": "openai",
                    "experimental": True,
                    "usage": {"input_tokens": 12, "output_tokens": 9, "total_tokens": 21, "ms": 310},
                }
            ]
        }
    )


class Analyzed(Told):
    """``text`` is the beginning of what was analysed."""

    text: str
    analysis_type: str
    result: Any

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "The delivery was late again.",
                    "analysis_type": "sentiment",
                    "result": {"label": "negative", "score": -0.6, "confidence": 0.7},
                    "provider": "local",
                    "method": "embedding",
                }
            ]
        }
    )


class Summarized(Told):
    """``sentences``: those of an extractive summary, each with its place in the text and, of a document, its page."""

    summary: str
    sentences: list[dict[str, Any]] = Field(default_factory=list)
    language: str | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "summary": "Bees dance to tell where food is.",
                    "sentences": [{"text": "Bees dance to tell where food is.", "start": 0, "end": 33, "page": 1}],
                    "method": "extractive",
                }
            ]
        }
    )


class Extracted(Told):
    data: Any
    repaired: bool = False

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": {"number": "12", "total": 250.0}}]})


class Translated(Told):
    translation: str
    target_language: str
    pieces: int

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"translation": "The order arrives tomorrow.", "target_language": "en"}]}
    )


class Embedded(BaseModel):
    embeddings: list[list[float]]
    provider: str
    model: str
    dimensions: int
    usage: TokenUsage
    cost_usd: float | None
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"embeddings": [[0.02, -0.05]], "provider": "local", "dimensions": 384}]}
    )

    @classmethod
    def of(cls, found: Embeddings, timestamp: str) -> "Embedded":
        return cls(
            embeddings=[list(vector) for vector in found.vectors],
            provider=found.provider,
            model=found.model,
            dimensions=found.dimensions,
            usage=TokenUsage.of(found.usage),
            cost_usd=found.cost_usd,
            timestamp=timestamp,
        )


AnyAnswer = Generated | Analyzed | Summarized | Extracted | Translated
