"""What a step used, as money."""

from dataclasses import dataclass, field
from decimal import Decimal

from docchain.costs.prices import MILLION, PRICES, model_prices

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
    }
    if usage.provider == "local" or not (usage.input_tokens or usage.output_tokens):
        return Cost({**parts, "model": ZERO})
    prices = model_prices(usage.model or "")
    if prices is None:
        return Cost({**parts, "model": ZERO}, unknown=[f"tokens of {usage.provider}/{usage.model}"])
    tokens = usage.input_tokens * prices[0].usd + usage.output_tokens * prices[1].usd
    return Cost({**parts, "model": tokens / MILLION})


def _million(name: str, count: int) -> Decimal:
    return PRICES[name].usd * count / MILLION
