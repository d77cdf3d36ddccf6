"""What needs nobody else: vectors of a model inside the package, and texts of a model server of one's own."""

import time
from collections.abc import Iterator
from typing import Final

from docchain.ai.errors import ProviderNotConfigured
from docchain.ai.models import Answer, Delta, Embeddings, Usage
from docchain.ai.provider import Capabilities, ChatRequest, EmbedRequest
from docchain.ai.providers.openai import OpenAIProvider
from docchain.ai.providers.writing import milliseconds_since

EMBEDS_AT_ONCE: Final = 64
DIMENSIONS: Final = 384


class LocalProvider:
    """``base_url`` is an OpenAI-compatible server; what a small model says is experimental."""

    def __init__(self, *, base_url: str | None = None, name: str = "local") -> None:
        self.name = name
        self.capabilities = Capabilities(embeds_at_once=EMBEDS_AT_ONCE, paid=False, experimental=True)
        self._server = (
            OpenAIProvider(
                api_key="not-needed",  # the SDK insists on one; local servers do not look at it
                base_url=base_url,
                name=name,
                bound="max_tokens",
                capabilities=self.capabilities,
            )
            if base_url
            else None
        )

    def generate(self, request: ChatRequest) -> Answer:
        return self._served().generate(request)

    def structured(self, request: ChatRequest) -> Answer:
        return self._served().structured(request)

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        return self._served().stream(request)

    def embed(self, request: EmbedRequest) -> Embeddings:
        from docchain.ai.local.embedder import MODEL, embed

        started = time.monotonic()
        vectors = tuple(tuple(map(float, row)) for row in embed(request.texts))
        usage = Usage(ms=milliseconds_since(started))
        return Embeddings(vectors, self.name, MODEL, DIMENSIONS, usage)

    def _served(self) -> OpenAIProvider:
        if self._server is None:
            raise ProviderNotConfigured(
                "no generative model is configured: give the stage or the tenant a provider's key, or the base URL of "
                "an OpenAI-compatible server (llama.cpp, Ollama, LM Studio, vLLM) as the local model server"
            )
        return self._server
