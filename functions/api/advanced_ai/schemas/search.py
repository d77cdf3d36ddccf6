"""What the search takes and gives."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from docchain.search.index import Mode
from docchain.search.limits import FILTER_VALUES_MOST, HITS_MOST, QUERY_CHARACTERS
from docchain.search.models import Filters

Values = Annotated[list[Annotated[str, Field(max_length=255)]], Field(max_length=FILTER_VALUES_MOST)]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z)?$")]
_HIT: JsonDict = {
    "document_id": "doc_01KAK6QZ3W8S1Y5T2M9V4B7C6D",
    "filename": "returns.md",
    "media_type": "text/markdown",
    "tags": ["policy"],
    "collections": [],
    "created_at": "2026-11-21T09:30:00.000Z",
    "text": "Customers may return any article within thirty days of delivery.",
    "context": "Orders > Returns",
    "page": None,
    "start": 120,
    "end": 184,
    "score": 0.86107,
    "similarity": 0.86107,
    "lexical": 0.0,
    "highlights": [],
}


class SearchFilters(BaseModel):
    """All that is given must hold: every tag, one of the media types, one of the collections."""

    tags: Values = []
    media_types: Values = []
    collections: Values = []
    document_ids: Values = []
    created_from: Moment | None = None
    created_before: Moment | None = Field(None, description="Not included.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"tags": ["policy"]}]})

    def filters(self) -> Filters:
        return Filters(**self.model_dump())


class SearchOrder(BaseModel):
    query: str = Field(min_length=1, max_length=QUERY_CHARACTERS)
    top_k: int = Field(10, ge=1, le=HITS_MOST)
    filters: SearchFilters = Field(default_factory=SearchFilters)
    mode: Mode = Field(Mode.HYBRID, description="`hybrid`: meaning, and codes as they are; `lexical`: words alone.")
    per_document: int = Field(3, ge=1, le=HITS_MOST, description="Hits of one document at most.")
    min_score: float = Field(0.0, ge=0, le=1)
    facets: bool = False

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": "how do I get my money back", "top_k": 5, "facets": True}]},
    )


class HighlightView(BaseModel):
    """Characters of the document's extracted text."""

    start: int
    end: int
    text: str


class HitView(BaseModel):
    """``start`` and ``end`` are the text's place in the extracted document, ``context`` the headings above it."""

    document_id: str
    filename: str
    media_type: str
    tags: list[str]
    collections: list[str]
    created_at: str
    text: str
    context: str
    page: int | None
    start: int
    end: int
    score: float
    similarity: float
    lexical: float
    highlights: list[HighlightView]

    model_config = ConfigDict(json_schema_extra={"examples": [_HIT]})


class SearchView(BaseModel):
    """``facets``: how many documents of the best 200 chunks have each value. ``searched``: chunks looked at."""

    query: str
    results: list[HitView]
    total: int
    facets: dict[str, dict[str, int]]
    searched: int
    mode: Mode
    provider: str
    model: str
    took_ms: float
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "how do I get my money back",
                    "results": [_HIT],
                    "total": 1,
                    "facets": {"media_type": {"text/markdown": 1}, "tag": {"policy": 1}, "collection": {}},
                    "searched": 812,
                    "mode": "hybrid",
                    "provider": "local",
                    "model": "multilingual-e5-small-q4",
                    "took_ms": 31.5,
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )


class SuggestionView(BaseModel):
    text: str
    document_ids: list[str]


class SuggestionsView(BaseModel):
    suggestions: list[SuggestionView]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"suggestions": [{"text": "Returns", "document_ids": ["doc_01KAK6QZ3W8S1Y5T2M9V4B7C6D"]}]}]
        }
    )


class RebuildOrder(BaseModel):
    """Without a provider the model stays as it is, and every document is read anew."""

    provider: str | None = Field(None, pattern=r"^[a-z_]{1,40}$")
    model: str | None = Field(None, max_length=100)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})


class RebuildView(BaseModel):
    """``requested`` grows while documents are listed; it is over when ``finished_at`` is set."""

    id: str
    requested: int
    handled: int
    listed: bool
    started_at: str
    finished_at: str | None = None

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "id": "01KAK6QZ3W8S1Y5T2M9V4B7C6D",
                    "requested": 40,
                    "handled": 12,
                    "listed": False,
                    "started_at": "2026-11-21T09:30:00.000Z",
                }
            ]
        },
    )


class SearchStatsView(BaseModel):
    """``dead`` chunks are not found and wait to be merged away; ``memory_bytes`` is what a warm function holds."""

    provider: str
    model: str
    dimensions: int
    documents: int
    chunks: int
    chunks_most: int
    dead: int
    segments: int
    stored_bytes: int
    building: str | None = None
    reindex: RebuildView | None = None
    updated_at: str | None = None
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "provider": "local",
                    "model": "multilingual-e5-small-q4",
                    "dimensions": 384,
                    "documents": 120,
                    "chunks": 2210,
                    "chunks_most": 100000,
                    "dead": 0,
                    "segments": 4,
                    "stored_bytes": 2310000,
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )


class IndexedDocumentView(BaseModel):
    """``status``: ``indexed``, ``unreadable`` (``error`` says why), ``refused`` (the index is full), ``gone``."""

    document_id: str
    status: str
    chunks: int
    truncated: bool
    error: str | None = None
    indexed_at: str

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "document_id": "doc_01KAK6QZ3W8S1Y5T2M9V4B7C6D",
                    "status": "indexed",
                    "chunks": 12,
                    "truncated": False,
                    "indexed_at": "2026-11-21T09:30:00.000Z",
                }
            ]
        },
    )


def view(model: type[BaseModel], thing: BaseModel) -> Any:
    return model.model_validate(thing.model_dump(mode="json"))
