"""Which models there are, and what was asked of them."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class CapabilitiesView(BaseModel):
    """``embeds_at_once``: texts of one call; 0 without embeddings."""

    streaming: bool
    structured: bool
    embeds_at_once: int
    paid: bool
    experimental: bool


class ModelPriceView(BaseModel):
    """USD for a million tokens."""

    model: str
    input_usd: float
    output_usd: float
    as_of: str
    source: str


class CircuitView(BaseModel):
    """A model that failed so often that it is not asked before ``until``."""

    target: str
    until: str


class ProviderView(BaseModel):
    """``reason`` says what to configure. ``credentials``: ``tenant`` for a key of one's own, else ``stage``."""

    name: str
    configured: bool
    reason: str | None = None
    credentials: str | None = None
    model: str | None = None
    embedding_model: str | None = None
    methods: list[str]
    capabilities: CapabilitiesView | None = None
    health: str
    open_circuits: list[CircuitView]
    prices: list[ModelPriceView]


class ModelsView(BaseModel):
    """``fallbacks`` are asked in their order when the one that was asked for cannot answer."""

    default_provider: str
    fallbacks: list[str]
    providers: list[ProviderView]
    analysis_types: dict[str, str]
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "default_provider": "bedrock",
                    "fallbacks": ["local"],
                    "providers": [
                        {
                            "name": "openai",
                            "configured": False,
                            "reason": "openai has no key: store one in the vault as openai_api_key",
                            "methods": ["generative", "embedding"],
                            "health": "not_configured",
                            "open_circuits": [],
                            "prices": [],
                        }
                    ],
                    "analysis_types": {"sentiment": "local", "insights": "model"},
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )


class AiStats(BaseModel):
    """Counted since there is a tenant, one by one. ``cost_usd`` leaves out ``unpriced_answers``."""

    total_requests: int
    failed_requests: int
    providers_used: list[str]
    requests_by_provider: dict[str, int]
    requests_by_task: dict[str, int]
    cached_answers: int
    fallbacks: int
    redacted_values: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced_answers: int
    cache_size: int | None
    default_provider: str
    timestamp: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"total_requests": 12, "providers_used": ["local"]}]})


def capabilities_view(capabilities: Any) -> CapabilitiesView:
    return CapabilitiesView.model_validate(
        {name: getattr(capabilities, name) for name in CapabilitiesView.model_fields}
    )
