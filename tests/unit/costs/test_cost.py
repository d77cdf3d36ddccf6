from datetime import date
from decimal import Decimal

import pytest

from docchain.costs.cost import StepUsage, cost_of
from docchain.costs.prices import MODELS, PRICES, model_prices


def test_nothing_used_costs_nothing():
    assert cost_of(StepUsage()).total == 0


def test_a_second_of_a_gigabyte_is_priced_by_architecture():
    assert cost_of(StepUsage(lambda_ms=1_000, memory_mb=1_024)).total == Decimal("0.0000166667")
    assert cost_of(StepUsage(lambda_ms=1_000, memory_mb=1_024, architecture="arm64")).total == Decimal("0.0000133334")


def test_each_service_is_counted_in_its_own_part():
    usage = StepUsage(requests=10, transitions=8, table_writes=16, table_reads=8, storage_puts=1, storage_gets=5)

    parts = cost_of(usage).parts

    assert parts["lambda"] == Decimal("0.000002")
    assert parts["transitions"] == Decimal("0.0002")
    assert parts["table"] == Decimal("0.000011")
    assert parts["storage"] == Decimal("0.000007")


def test_tokens_are_priced_by_the_model_that_answered():
    usage = StepUsage(
        provider="openai", model="gpt-4o-mini-2024-07-18", input_tokens=1_000_000, output_tokens=1_000_000
    )

    assert cost_of(usage).parts["model"] == Decimal("0.75")


def test_local_tokens_are_free():
    usage = StepUsage(provider="local", model="SmolLM2-135M-Instruct", input_tokens=10**6, output_tokens=10**6)

    assert cost_of(usage).total == 0
    assert cost_of(usage).unknown == []


def test_a_model_without_a_price_is_named_not_called_free():
    cost = cost_of(StepUsage(provider="openai", model="gpt-9", input_tokens=10, output_tokens=1))

    assert cost.unknown == ["tokens of openai/gpt-9"]


def test_costs_add_up_exactly():
    step = cost_of(StepUsage(lambda_ms=1, memory_mb=512, requests=1, transitions=1))

    total = step
    for _ in range(999):
        total += step

    assert total.total == step.total * 1_000


@pytest.mark.parametrize(
    ("provider", "asked", "found"),
    [
        ("openai", "gpt-4o", "gpt-4o"),
        ("openai", "gpt-4o-mini", "gpt-4o-mini"),
        ("openai", "gpt-5-2025-08-07", "gpt-5"),
        ("anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("google", "gemini-2.5-flash-lite-001", "gemini-2.5-flash-lite"),
        ("bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5"),
        ("bedrock", "amazon.nova-lite-v1:0", "amazon.nova-lite"),
    ],
)
def test_dated_names_find_their_model(provider, asked, found):
    assert model_prices(provider, asked) == MODELS[provider, found]


def test_names_of_other_models_and_of_other_providers_do_not():
    assert model_prices("openai", "gpt-4o-realtime-preview") is None
    assert model_prices("openai", "") is None
    assert model_prices("anthropic", "gpt-4o") is None
    assert model_prices("anthropic", "claude-opus-4-9") is None


def test_each_price_tells_its_date_its_region_and_the_vendors_page():
    pages = {"openai": "openai.com", "anthropic": "anthropic.com", "google": "google.dev", "bedrock": "aws.amazon.com"}
    for price in PRICES.values():
        assert date.fromisoformat(price.as_of)
        assert price.source.startswith("https://aws.amazon.com/")
        assert price.region == "us-east-1"
        assert price.usd > 0
    for model in MODELS.values():
        for price in (model.input, model.output):
            assert date.fromisoformat(price.as_of)
            assert pages[model.provider] in price.source
            assert price.region
        assert model.input.usd > 0
        # What makes vectors writes nothing.
        assert (model.output.usd == 0) if "embed" in model.model else (model.output.usd >= model.input.usd)


def test_every_provider_is_in_the_table():
    assert {provider for provider, _ in MODELS} == {"openai", "anthropic", "google", "bedrock"}
