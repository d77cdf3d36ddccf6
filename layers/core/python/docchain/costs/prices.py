"""List prices in USD, each with the date it was read and the page it was read from: ``prices.json`` beside this.

AWS: us-east-1, on demand, without the free tier. Models: standard tier, per million tokens. No discounts, no transfer.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

MILLION = Decimal(1_000_000)
FREE_PROVIDERS = frozenset({"local"})
"""Methods of our own and servers of one's own: their tokens cost nothing but Lambda's time."""


@dataclass(frozen=True, slots=True)
class Price:
    """``usd`` for one ``unit``."""

    unit: str
    usd: Decimal
    region: str
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """Input and output tokens of one model, each as USD per million."""

    provider: str
    model: str
    input: Price
    output: Price


def _read() -> tuple[dict[str, Price], list[ModelPrice]]:
    data = json.loads(Path(__file__).with_name("prices.json").read_text())
    services = {name: Price(**{**entry, "usd": Decimal(entry["usd"])}) for name, entry in data["services"].items()}
    models = []
    for entry in data["models"]:
        at = (entry["region"], entry["as_of"], entry["source"])
        taken, given = (Price("million tokens", Decimal(entry[side]), *at) for side in ("input_usd", "output_usd"))
        models.append(ModelPrice(entry["provider"], entry["model"], taken, given))
    return services, models


PRICES, MODEL_LIST = _read()
# What is not listed has no known price, which is not the same as free.
MODELS: dict[tuple[str, str], ModelPrice] = {(m.provider, m.model): m for m in MODEL_LIST}

# Providers answer with a dated name (``gpt-4o-mini-2024-07-18``), Bedrock asks for one with a version behind it.
_DATED = re.compile(r"(-(\d{3}|\d{8}|\d{4}-\d\d-\d\d|latest))?(-v\d+(:\d+)?)?")
_BEDROCK_PROFILE = re.compile(r"^(us|eu|apac|global|jp|au|ca|us-gov)\.")


@cache
def model_prices(provider: str, model: str) -> ModelPrice | None:
    """That of the longest listed name which the given one is a dated form of."""
    if provider == "bedrock":
        model = _BEDROCK_PROFILE.sub("", model)
    names = [
        name
        for of, name in MODELS
        if of == provider and model.startswith(name) and _DATED.fullmatch(model[len(name) :])
    ]
    return MODELS[provider, max(names, key=len)] if names else None
