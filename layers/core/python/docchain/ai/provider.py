"""What a generative provider is to the rest of the code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from docchain.ai.models import Answer, Delta, Embeddings, Message


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """``system`` has our instructions, ``user`` the task with its document; ``schema`` asks for JSON of that shape.

    ``seconds`` bound one attempt.
    """

    system: str
    user: str
    model: str
    max_tokens: int
    temperature: float
    schema: dict[str, Any] | None = None
    history: tuple[Message, ...] = ()
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    texts: tuple[str, ...]
    model: str
    purpose: Literal["document", "query"] = "document"
    dimensions: int | None = None
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``embeds_at_once``: texts of one call; 0 where the provider has no embeddings. ``paid``: its tokens cost."""

    streaming: bool = True
    structured: bool = True
    embeds_at_once: int = 0
    counts_embedding_tokens: bool = True
    paid: bool = True
    experimental: bool = False


class Provider(Protocol):
    """Asks once: retries, fallback, limits, cost and cache are the gateway's. Raises what ``docchain.ai.errors`` has.

    Each answer tells its usage, counted by the provider. ``structured`` answers with the JSON as text; whether it fits
    its schema is looked at by the gateway. The last of ``stream`` has the whole answer.
    """

    name: str
    capabilities: Capabilities

    def generate(self, request: ChatRequest) -> Answer: ...

    def stream(self, request: ChatRequest) -> Iterator[Delta]: ...

    def structured(self, request: ChatRequest) -> Answer: ...

    def embed(self, request: EmbedRequest) -> Embeddings: ...
