"""What the cache's routes take and give."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.cache.limits import TAG_PATTERN, TAGS_MOST, TTL_DEFAULT, TTL_MOST

BackendName = Literal["memory", "file", "redis", "dynamodb"]
Tag = Annotated[str, Field(pattern=TAG_PATTERN)]


class PutEntry(BaseModel):
    """``backend``: one store alone; by default the process's memory and the stage's shared store behind it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"value": {"rate": 1.09}, "ttl_seconds": 300, "tags": ["rates"]}]},
    )

    value: Any = Field(description="Any JSON, at most 256 KiB of it.")
    ttl_seconds: int = Field(default=TTL_DEFAULT, ge=1, le=TTL_MOST)
    tags: list[Tag] = Field(default_factory=list, max_length=TAGS_MOST)
    backend: BackendName | None = None


class EntryView(BaseModel):
    """``backend`` is the store that had it, of a write the one furthest away."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "eur-usd",
                    "value": {"rate": 1.09},
                    "tags": ["rates"],
                    "backend": "dynamodb",
                    "size_bytes": 13,
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "expires_at": "2026-11-21T09:35:00.000Z",
                }
            ]
        }
    )

    key: str
    value: Any
    tags: list[str]
    backend: str
    size_bytes: int
    created_at: str
    expires_at: str


class DeletedEntry(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "eur-usd", "deleted": True}]})

    key: str
    deleted: bool = True


class ClearCache(BaseModel):
    """Without tags all of the tenant's cache goes, answers of providers included; they have the tag ``ai``."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"tags": ["rates", "model:gpt-5-mini"]}]})

    tags: list[Tag] = Field(default_factory=list, max_length=TAGS_MOST)


class ClearedCache(BaseModel):
    """``complete`` is false when more lay there than one call removes: none of it is served, and it goes by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tags": ["rates"], "entries_removed": 3, "complete": True, "timestamp": "2026-11-21T09:30:00.000Z"}
            ]
        }
    )

    tags: list[str]
    entries_removed: int
    complete: bool
    timestamp: str


class OptimizedCache(BaseModel):
    """``current_cache_size`` counts the tenant's entries in the stores of this stage, each once per store."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "expired_items_removed": 12,
                    "current_cache_size": 140,
                    "optimization_completed": True,
                    "unavailable_backends": [],
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    expired_items_removed: int
    current_cache_size: int
    optimization_completed: bool = Field(description="False when there was more than one call removes: call again.")
    unavailable_backends: list[str]
    timestamp: str


class BackendView(BaseModel):
    """``entries`` and ``size_bytes`` are the tenant's, ``null`` where the store does not answer.

    Of ``memory`` and ``file`` they are those of the process that answered, and others have their own.
    """

    name: str
    available: bool
    shared: bool
    entries: int | None
    size_bytes: int | None


class CacheStats(BaseModel):
    """Of the tenant, by all processes, since the first call. ``saved_usd`` is what answers of providers would have cost
    that were served from the cache; ``degraded`` counts calls that were served while a store was away.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hits": 90,
                    "misses": 30,
                    "sets": 29,
                    "deletes": 2,
                    "hit_rate": 0.75,
                    "total_requests": 120,
                    "memory_cache_size": 12,
                    "available_backends": ["memory", "file", "dynamodb"],
                    "default_backend": "dynamodb",
                    "backends": [
                        {"name": "dynamodb", "available": True, "shared": True, "entries": 27, "size_bytes": 40960}
                    ],
                    "coalesced": 9,
                    "negative_hits": 1,
                    "early_refreshes": 2,
                    "failed_refreshes": 0,
                    "not_stored": 1,
                    "clears": 1,
                    "degraded": 0,
                    "saved_usd": 0.0184,
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    hits: int
    misses: int
    sets: int
    deletes: int
    hit_rate: float = Field(description="Hits of all requests, from 0 to 1; 0 before there was one.")
    total_requests: int
    memory_cache_size: int
    available_backends: list[str]
    default_backend: str
    backends: list[BackendView]
    coalesced: int = Field(description="Hits that waited for an answer which somebody else was making.")
    negative_hits: int
    early_refreshes: int
    failed_refreshes: int
    not_stored: int
    clears: int
    degraded: int
    saved_usd: float
    timestamp: str
