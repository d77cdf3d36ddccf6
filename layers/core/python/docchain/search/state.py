"""What stands in DynamoDB of a tenant's index: its manifest, one item, and what became of each document."""

from enum import StrEnum

from pydantic import BaseModel, Field


class SegmentRef(BaseModel):
    """A packed segment in S3 by its name below the tenant."""

    name: str
    entries: int
    chunks: int
    size: int


class Retired(BaseModel):
    """Merged into another; it stays for those who read by an older manifest."""

    name: str
    at: int


class ModelIndex(BaseModel):
    """The vectors of one model. ``dead`` counts chunks that lie in segments and are not found any more."""

    provider: str
    model: str
    dims: int
    segments: list[SegmentRef] = Field(default_factory=list)
    documents: int = 0
    chunks: int = 0
    dead: int = 0
    retired: list[Retired] = Field(default_factory=list)


class Reindex(BaseModel):
    """``requested`` documents were asked for so far, ``handled`` of them are done; ``listed``: there are no more."""

    id: str
    requested: int = 0
    handled: int = 0
    listed: bool = False
    pages: int = 0
    """Pages of documents that were listed: a page that comes again is not asked for again."""
    started_at: str
    finished_at: str | None = None

    @property
    def is_over(self) -> bool:
        return self.listed and self.handled >= self.requested


class Manifest(BaseModel):
    """Queries are answered by ``serving``. While ``building`` is set, documents are written to both models' indexes."""

    revision: int = 0
    serving: str
    building: str | None = None
    indexes: dict[str, ModelIndex] = Field(default_factory=dict)
    reindex: Reindex | None = None
    updated_at: str | None = None

    def writing(self) -> list[ModelIndex]:
        return [self.indexes[model] for model in (self.serving, self.building) if model]


class DocumentStatus(StrEnum):
    INDEXED = "indexed"
    UNREADABLE = "unreadable"
    """``error`` is the code of what the reader said."""
    REFUSED = "refused"
    """The tenant's index is full."""
    GONE = "gone"


class DocumentState(BaseModel):
    """``chunks`` is how many each of ``models`` has of it."""

    document_id: str
    sha256: str
    status: DocumentStatus
    card: str
    """A hash of what filters know of it."""
    chunks: int = 0
    models: list[str] = Field(default_factory=list)
    truncated: bool = False
    error: str | None = None
    reindex: str | None = None
    indexed_at: str
