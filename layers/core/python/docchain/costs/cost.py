"""What a step used, as money."""

from dataclasses import dataclass, field
from decimal import Decimal

from docchain.costs.prices import FREE_PROVIDERS, MILLION, PRICES, model_prices

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StepUsage:
    """``provider`` is ``local`` for methods of our own and local servers: their tokens cost nothing but Lambda time."""

    lambda_ms: int = 0
    memory_mb: int = 0
    architecture: str = "x86_64"
    requests: int = 0
    transitions: int = 0
    table_writes: int = 0
    table_reads: int = 0
    storage_puts: int = 0
    storage_gets: int = 0
    queue_requests: int = 0
    events: int = 0
    provider: str = "local"
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """USD. ``unknown`` names what was used but has no listed price, so that a total is never silently too low."""

    parts: dict[str, Decimal]
    unknown: list[str] = field(default_factory=list)
    currency: str = "USD"

    @property
    def total(self) -> Decimal:
        return sum(self.parts.values(), ZERO)

    def __add__(self, other: "Cost") -> "Cost":
        names = dict.fromkeys([*self.parts, *other.parts])
        parts = {name: self.parts.get(name, ZERO) + other.parts.get(name, ZERO) for name in names}
        return Cost(parts, list(dict.fromkeys([*self.unknown, *other.unknown])))


def cost_of(usage: StepUsage) -> Cost:
    seconds = Decimal(usage.lambda_ms) / 1000 * Decimal(usage.memory_mb) / 1024
    parts = {
        "lambda": seconds * PRICES[f"lambda.{usage.architecture}"].usd + _million("lambda.requests", usage.requests),
        "transitions": _million("stepfunctions.transitions", usage.transitions),
        "table": _million("dynamodb.writes", usage.table_writes) + _million("dynamodb.reads", usage.table_reads),
        "storage": _million("s3.puts", usage.storage_puts) + _million("s3.gets", usage.storage_gets),
        "events": _million("eventbridge.events", usage.events) + _million("sqs.requests", usage.queue_requests),
    }
    tokens = tokens_usd(usage.provider, usage.model or "", usage.input_tokens, usage.output_tokens)
    if tokens is None:
        return Cost({**parts, "model": ZERO}, unknown=[f"tokens of {usage.provider}/{usage.model}"])
    return Cost({**parts, "model": tokens})


def tokens_usd(provider: str, model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """``None`` when the model has no listed price: unpriced is not free."""
    if provider in FREE_PROVIDERS or not (input_tokens or output_tokens):
        return ZERO
    prices = model_prices(provider, model)
    if prices is None:
        return None
    return (input_tokens * prices.input.usd + output_tokens * prices.output.usd) / MILLION


def _million(name: str, count: int) -> Decimal:
    return PRICES[name].usd * count / MILLION
