"""The most that a step can be known to cost before it is done: what is set aside under a budget.

Tokens: a token of the providers' tokenizers is at least one byte, so a prompt has at most as many as it has bytes; of
the answer there are at most as many as were asked for. Lambda's time nobody knows before: five seconds of it are set
aside, and what a step takes beyond them is found by the next one. So tokens never pass a budget, and Lambda's time by
at most what the steps at work take longer: at 1 GB 0.0000167 USD a second.
"""

from dataclasses import dataclass

from docchain.costs.cost import StepUsage, cost_of
from docchain.costs.errors import ModelUnpriced
from docchain.costs.money import to_pico
from docchain.costs.steps import step_usage

LAMBDA_MS_SET_ASIDE = 5_000


@dataclass(frozen=True)
class PaidCall:
    """``input_tokens`` and ``output_tokens`` are the most there can be; a method of our own has none."""

    provider: str = "local"
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


NOTHING_PAID = PaidCall()


def worst_case(call: PaidCall, memory_mb: int, architecture: str, reads: int) -> int:
    """Picodollars. Raises ``ModelUnpriced``."""
    usage: StepUsage = step_usage(
        {
            "provider": call.provider,
            "model": call.model,
            "input_tokens": call.input_tokens,
            "output_tokens": call.output_tokens,
        },
        LAMBDA_MS_SET_ASIDE,
        memory_mb,
        architecture,
        reads=reads,
        size=0,
        stored=False,
    )
    cost = cost_of(usage)
    if cost.unknown:
        raise ModelUnpriced(call.provider, call.model)
    return to_pico(cost.total)


def most_tokens(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
