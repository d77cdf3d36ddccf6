"""Who makes vectors: the local model, or a provider that the tenant chose. Each index knows its model by name."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from docchain.errors import ValidationFailed
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


class UnknownEmbedder(ValidationFailed):
    code = "EMBEDDINGS_NOT_CONFIGURED"

    def __init__(self, provider: str, model: str) -> None:
        named = f"{provider}, model {model}" if model else provider
        super().__init__(
            f"There are no embeddings of {named} here: ask for the provider local, or configure one that has them.",
            details=[{"field": "provider", "message": "has no embeddings here"}],
        )


Embedders = Callable[[str, str, str], Embedder]
"""Of a tenant, a provider and a model."""


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
