"""What is kept of a document to find it, and what is found."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Said(StrEnum):
    """Of a document in a segment."""

    FULL = "full"
    CARD = "card"
    GONE = "gone"


class Chunk(BaseModel):
    """``text`` is the document's extracted text from ``start`` to ``end``; ``context`` the headings above it."""

    model_config = ConfigDict(frozen=True)

    text: str
    start: int
    end: int
    page: int | None = None
    context: str = ""


class Chunked(BaseModel):
    """One content, cut. It is kept by the content's hash, so cutting it twice leaves the same."""

    sha256: str
    language: str | None = None
    truncated: bool = False
    error: str | None = None
    titles: list[str] = Field(default_factory=list)
    chunks: list[Chunk] = Field(default_factory=list)


class SearchCard(BaseModel):
    """What filters and facets know of a document."""

    model_config = ConfigDict(frozen=True)

    id: str
    filename: str
    media_type: str
    sha256: str
    created_at: str
    created_by: str = ""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: dict[str, Any]) -> "SearchCard":
        """Of a document's card as it is kept; what it does not say is empty."""
        known = {name: document[name] for name in cls.model_fields if document.get(name) is not None}
        return cls.model_validate(known)


class Filters(BaseModel):
    """All that is given must hold. Dates are ISO 8601, the later one not included."""

    tags: list[str] = Field(default_factory=list)
    media_types: list[str] = Field(default_factory=list)
    collections: list[str] = Field(default_factory=list)
    document_ids: list[str] = Field(default_factory=list)
    created_from: str | None = None
    created_before: str | None = None

    def admits(self, card: SearchCard) -> bool:
        return (
            (not self.document_ids or card.id in self.document_ids)
            and (not self.media_types or card.media_type in self.media_types)
            and set(self.tags) <= set(card.tags)
            and (not self.collections or not set(self.collections).isdisjoint(card.collections))
            and (self.created_from is None or card.created_at >= self.created_from)
            and (self.created_before is None or card.created_at < self.created_before)
        )

    @property
    def is_empty(self) -> bool:
        return self == Filters()


class Found(BaseModel):
    """A chunk with what it was found by: ``similarity`` is the cosine, ``lexical`` the share of the words' weight."""

    card: SearchCard
    chunk: Chunk
    score: float
    similarity: float
    lexical: float
