"""Who makes vectors: the local model, or a provider that the tenant chose. Each index knows its model by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from docchain.ai.gateway import Gateway
from docchain.ai.models import EmbedQuestion
from docchain.search.vectors import Floats

LOCAL: Final = "local"
LOCAL_MODEL: Final = "multilingual-e5-small-q4"
LOCAL_DIMS: Final = 384


class Embedder(Protocol):
    """Vectors are of length one. ``dims`` of 0 is not known before the first."""

    provider: str
    model: str
    dims: int

    def passages(self, texts: Sequence[str]) -> Floats: ...

    def query(self, text: str) -> Floats: ...


Embedders = Callable[[str, str, str], Embedder]
"""Of a tenant, a provider and a model; an empty model is the provider's own choice."""


class LocalEmbedder:
    """The model is loaded with the first text: 0.6 s and 70 MB that a function which only deletes does not need."""

    provider = LOCAL
    model = LOCAL_MODEL
    dims = LOCAL_DIMS

    def passages(self, texts: Sequence[str]) -> Floats:
        from docchain.ai.local.embedder import embed

        return embed(texts)

    def query(self, text: str) -> Floats:
        from docchain.ai.local.embedder import embed_query

        return embed_query(text)


@dataclass
class GatewayEmbedder:
    """A provider's, by the one door to models: with the tenant's key, within its limits, and at its cost."""

    gateway: Gateway
    tenant_id: str
    provider: str
    model: str
    dims: int = 0

    def introduce(self) -> "GatewayEmbedder":
        """By a first vector: which model answers when none was named, and how long its vectors are."""
        answer = self.gateway.embed(self._question(("introduction",), "query"))
        self.model, self.dims = answer.model, answer.dimensions
        return self

    def passages(self, texts: Sequence[str]) -> Floats:
        return self._vectors(texts, "document")

    def query(self, text: str) -> Floats:
        vector: Floats = self._vectors([text], "query")[0]
        return vector

    def _vectors(self, texts: Sequence[str], purpose: Literal["document", "query"]) -> Floats:
        import numpy as np

        vectors = np.array(self.gateway.embed(self._question(tuple(texts), purpose)).vectors, dtype=np.float32)
        unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit

    def _question(self, texts: tuple[str, ...], purpose: Literal["document", "query"]) -> EmbedQuestion:
        return EmbedQuestion(self.tenant_id, texts, purpose, self.provider, self.model or None)


def embedders_of(gateway: Callable[[], Gateway], local: LocalEmbedder) -> Embedders:
    """The local model needs no gateway: none is built for it."""

    def embedder_of(tenant_id: str, provider: str, model: str) -> Embedder:
        if provider == local.provider:
            return local
        found = GatewayEmbedder(gateway(), tenant_id, provider, model)
        return found if model else found.introduce()

    return embedder_of
