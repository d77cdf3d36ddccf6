"""What a question may cost before it is asked, and what its answer did."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from docchain.ai.models import AboutToPay, Usage
from docchain.ai.targets import Wanted
from docchain.costs.cost import tokens_usd
from docchain.costs.prices import FREE_PROVIDERS
from docchain.costs.worst_case import NOTHING_PAID, PaidCall, most_tokens

FRAMING_TOKENS: Final = 64
"""For what providers put around a message."""
CHARACTERS_A_TOKEN: Final = 4


def tokens_asked(most: int, *texts: str) -> int:
    """What is taken of the tokens of this minute; corrected by what was counted."""
    return sum(map(len, texts)) // CHARACTERS_A_TOKEN + 1 + most


def announce(about_to_pay: AboutToPay, order: Sequence[Wanted], most: int, *texts: str) -> None:
    """With the dearest of those that may come to answer: a budget is asked once, before the first is.

    Raises what the budget raises; then nobody was asked.
    """
    first = order[0]
    if first.provider in FREE_PROVIDERS:
        about_to_pay(NOTHING_PAID)
        return
    tokens = most_tokens(*texts) + FRAMING_TOKENS

    def price(wanted: Wanted) -> Decimal | None:
        return tokens_usd(wanted.provider, wanted.model, tokens, most)

    dearest = first
    if (highest := price(first)) is not None:
        for wanted in order[1:]:
            other = price(wanted)
            if other is not None and other > highest:
                dearest, highest = wanted, other
    about_to_pay(PaidCall(dearest.provider, dearest.model, input_tokens=tokens, output_tokens=most))


def priced(provider: str, model: str, usage: Usage) -> float | None:
    """``None`` when the model has no listed price: unpriced is not free."""
    usd = tokens_usd(provider, model, usage.input_tokens, usage.output_tokens)
    return None if usd is None else float(usd)
