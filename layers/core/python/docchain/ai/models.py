"""What is asked of a provider, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from docchain.costs.worst_case import PaidCall

Task = Literal["generate", "summarize", "analyze"]
AboutToPay = Callable[[PaidCall], None]
"""Hears before a model is asked, with the most that it may cost; it raises when a budget has no room."""
Method = Literal["generative", "extractive", "rule-based", "embedding"]
Analysis = Literal[
    "sentiment",
    "keywords",
    "entities",
    "classification",
    "language",
    "readability",
    "structure",
    "quality",
    "requirements",
    "insights",
    "general",
]

ANALYSES: tuple[Analysis, ...] = get_args(Analysis)


@dataclass(frozen=True, slots=True)
class Request:
    """``prompt`` is the instruction of who owns the workflow; ``text`` is a document, which is never obeyed.

    ``fallbacks``: who is asked after ``provider``; ``None`` for those of the stage.
    """

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
    fallbacks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens are those that were counted by the provider; methods without tokens say 0."""

    input_tokens: int = 0
    output_tokens: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """``fallback_from`` names the provider that should have answered. ``cached``: nobody was asked, nothing was paid.

    ``cost_usd`` is ``None`` where the model has no listed price, which is not the same as free. ``attempts`` are the
    times that providers were asked; ``redacted`` how many values were kept from them. ``repaired``: the first answer
    did not fit its schema.
    """

    text: str
    provider: str
    model: str
    method: Method
    usage: Usage
    finish_reason: str = "stop"
    fallback_from: str | None = None
    data: Any = None
    experimental: bool = False
    prompt_version: str | None = None
    cached: bool = False
    cost_usd: float | None = None
    attempts: int = 1
    redacted: int = 0
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A turn of a conversation before the question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the gateway. ``system`` has our instructions, ``user`` the task with its document.

    ``provider`` and ``model``: the stage's default when absent. ``fallbacks``: who else may answer, in this order, each
    ``provider`` or ``provider/model``; the stage's order when ``None``, nobody when empty. ``seconds`` bound the whole:
    retries, fallbacks and all. ``secrets`` and ``personal`` are values that must not leave, ``personal_kinds`` those to
    be looked for (``email``, ``phone``, ``iban``, …); the gateway sends placeholders and puts them back.
    ``cache_seconds`` of 0 asks for a fresh answer, ``None`` leaves it to the cache.
    """

    tenant_id: str
    user: str
    system: str = ""
    history: tuple[Message, ...] = ()
    provider: str | None = None
    model: str | None = None
    max_tokens: int = 1_000
    temperature: float = 0.7
    schema: dict[str, Any] | None = None
    fallbacks: tuple[str, ...] | None = None
    seconds: float = 60.0
    secrets: tuple[str, ...] = field(default=(), repr=False)
    personal: tuple[str, ...] = field(default=(), repr=False)
    personal_kinds: tuple[str, ...] = ()
    cache_seconds: int | None = None
    prompt_version: str | None = None
    about_to_pay: AboutToPay = lambda _: None


@dataclass(frozen=True, slots=True)
class EmbedQuestion:
    """``purpose``: what is stored is a ``document``, what is looked for a ``query``; some models tell them apart."""

    tenant_id: str
    texts: tuple[str, ...]
    purpose: Literal["document", "query"] = "document"
    provider: str | None = None
    model: str | None = None
    dimensions: int | None = None
    seconds: float = 60.0
    about_to_pay: AboutToPay = lambda _: None


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector a text, in their order. Vectors of different models, or lengths, cannot be compared."""

    vectors: tuple[tuple[float, ...], ...]
    provider: str
    model: str
    dimensions: int
    usage: Usage
    cost_usd: float | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer that is being written; the last one has no text and the whole ``answer``."""

    text: str = ""
    answer: Answer | None = None
