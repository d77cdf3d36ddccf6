"""What is asked of a provider, and what it answers."""

from dataclasses import dataclass, field
from typing import Any, Literal

Task = Literal["generate", "summarize", "analyze"]
Method = Literal["generative", "extractive", "rule-based", "embedding"]
Analysis = Literal["sentiment", "keywords", "entities", "classification", "language", "readability"]

ANALYSES: tuple[Analysis, ...] = ("sentiment", "keywords", "entities", "classification", "language", "readability")


@dataclass(frozen=True, slots=True)
class Request:
    """``prompt`` is the instruction of who owns the workflow; ``text`` is a document, which is never obeyed."""

    task: Task
    text: str = ""
    prompt: str = ""
    provider: str = "local"
    model: str | None = None
    max_tokens: int = 1_000
    temperature: float = 0.7
    sentences: int = 5
    analyses: tuple[Analysis, ...] = ("sentiment",)
    labels: tuple[str, ...] = ()
    language: str | None = None
    schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens are those that were counted by the provider; methods without tokens say 0."""

    input_tokens: int = 0
    output_tokens: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    provider: str
    model: str
    method: Method
    usage: Usage
    finish_reason: str = "stop"
    fallback_from: str | None = None
    data: dict[str, Any] | None = None
    experimental: bool = False
    prompt_version: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    openai_model: str = "gpt-4.1-mini"
    local_base_url: str | None = None
    local_model: str = "SmolLM2-135M-Instruct"
    allow_fallback: bool = True
    timeout_seconds: float = 30.0
    max_retries: int = 2
