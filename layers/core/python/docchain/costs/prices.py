"""List prices in USD, as of the date that each carries: check them before relying on a figure.

AWS: us-east-1, on demand, without the free tier. Models: standard tier, per million tokens. No discounts, no transfer.
"""

from dataclasses import dataclass
from decimal import Decimal

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Price:
    """``usd`` for one ``unit``."""

    unit: str
    usd: Decimal
    as_of: str
    source: str


def _aws(unit: str, usd: str, source: str) -> Price:
    return Price(unit, Decimal(usd), "2025-06-01", f"AWS list price, us-east-1: {source}")


def _model(usd: str) -> Price:
    return Price("million tokens", Decimal(usd), "2025-08-15", "OpenAI list price, standard tier")


PRICES: dict[str, Price] = {
    "lambda.x86_64": _aws("GB-second", "0.0000166667", "Lambda"),
    "lambda.arm64": _aws("GB-second", "0.0000133334", "Lambda"),
    "lambda.requests": _aws("million requests", "0.20", "Lambda"),
    "stepfunctions.transitions": _aws("million transitions", "25.00", "Step Functions, standard workflows"),
    "dynamodb.writes": _aws("million write request units", "0.625", "DynamoDB on demand"),
    "dynamodb.reads": _aws("million read request units", "0.125", "DynamoDB on demand"),
    "s3.puts": _aws("million requests", "5.00", "S3 standard, PUT"),
    "s3.gets": _aws("million requests", "0.40", "S3 standard, GET"),
}

# Input and output tokens of one model. What is not listed has no known price, which is not the same as free.
MODELS: dict[str, tuple[Price, Price]] = {
    "gpt-5": (_model("1.25"), _model("10.00")),
    "gpt-5-mini": (_model("0.25"), _model("2.00")),
    "gpt-5-nano": (_model("0.05"), _model("0.40")),
    "gpt-4.1": (_model("2.00"), _model("8.00")),
    "gpt-4.1-mini": (_model("0.40"), _model("1.60")),
    "gpt-4o": (_model("2.50"), _model("10.00")),
    "gpt-4o-mini": (_model("0.15"), _model("0.60")),
}


def model_prices(model: str) -> tuple[Price, Price] | None:
    """Providers answer with a dated name (``gpt-4o-mini-2024-07-18``): the longest listed name that it begins with."""
    names = [name for name in MODELS if model == name or model.startswith(f"{name}-20")]
    return MODELS[max(names, key=len)] if names else None
