"""Which models can be asked, at what price, how they fare, and what was asked of them."""

from datetime import UTC, datetime
from typing import get_args

from docchain.ai.breaker import open_circuits
from docchain.ai.counters import AiCounters
from docchain.ai.errors import ProviderNotConfigured
from docchain.ai.gateway import Gateway
from docchain.ai.targets import PROVIDERS, STAGE
from docchain.ai.tasks.analyzing import BY_METHOD
from docchain.ai.tasks.asked import AnalysisType
from docchain.auth.caller import Caller
from docchain.cache.cache import Cache
from docchain.clock import now, to_iso
from docchain.costs.prices import MODEL_LIST
from docchain.storage.table import Table
from functions.api.advanced_ai.schemas.figures import (
    AiStats,
    CircuitView,
    ModelPriceView,
    ModelsView,
    ProviderView,
    capabilities_view,
)

_LOCAL_METHODS = ("extractive", "embedding", "rule-based")


def models(gateway: Gateway, limits: Table, caller: Caller) -> ModelsView:
    tenant_id = caller.tenant_id
    circuits = {owner: open_circuits(limits, owner) for owner in (tenant_id, STAGE)}
    directory = gateway.directory
    return ModelsView(
        default_provider=directory.default,
        fallbacks=list(directory.fallbacks),
        providers=[_provider(gateway, tenant_id, name, circuits) for name in PROVIDERS],
        analysis_types={name: _by(name) for name in get_args(AnalysisType)},
        timestamp=now(),
    )


def stats(counters: AiCounters, cache: Cache, gateway: Gateway, caller: Caller) -> AiStats:
    found = counters.read(caller.tenant_id)
    shared = cache.tiers.default[-1]
    used = dict(cache.tiers.ask_each((shared,), lambda store: store.usage(caller.tenant_id)))[shared]
    return AiStats(
        total_requests=found.total_requests,
        failed_requests=found.failed_requests,
        providers_used=list(found.providers),
        requests_by_provider=found.providers,
        requests_by_task=found.tasks,
        cached_answers=found.cached_answers,
        fallbacks=found.fallbacks,
        redacted_values=found.redacted_values,
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        cost_usd=found.cost_usd,
        unpriced_answers=found.unpriced_answers,
        cache_size=used.entries if used else None,
        default_provider=gateway.directory.default,
        timestamp=now(),
    )


def _by(analysis: str) -> str:
    """Who makes it where nobody is named."""
    return "local" if analysis in BY_METHOD or analysis == "summary" else "model"


def _provider(gateway: Gateway, tenant_id: str, name: str, circuits: dict[str, dict[str, int]]) -> ProviderView:
    config = gateway.directory.config(name)
    prices = [
        ModelPriceView(
            model=price.model,
            input_usd=float(price.input.usd),
            output_usd=float(price.output.usd),
            as_of=price.input.as_of,
            source=price.input.source,
        )
        for price in MODEL_LIST
        if price.provider == name
    ]
    view = ProviderView(
        name=name,
        configured=False,
        model=config.model or None,
        embedding_model=config.embedding_model or None,
        methods=[],
        health="not_configured",
        open_circuits=[],
        prices=prices,
    )
    try:
        reached = gateway.directory.reach(tenant_id, name)
    except ProviderNotConfigured as error:
        view.reason = error.message
        return view
    resting = [
        CircuitView(target=target, until=to_iso(datetime.fromtimestamp(until, UTC)))
        for target, until in sorted(circuits[reached.owner].items())
        if target.startswith(f"{name}/")
    ]
    can = reached.provider.capabilities
    is_served = name != "local" or bool(config.base_url)
    view.configured = True
    view.credentials = "stage" if reached.owner == STAGE else "tenant"
    view.methods = [
        *(["generative"] if is_served else []),
        *(_LOCAL_METHODS if name == "local" else ["embedding"] if can.embeds_at_once else []),
    ]
    view.reason = None if is_served else "methods of our own; free text needs a model server, which this stage has not"
    view.capabilities = capabilities_view(can)
    view.health = "degraded" if resting else "healthy"
    view.open_circuits = resting
    return view
