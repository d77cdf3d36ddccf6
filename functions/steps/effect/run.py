"""One effect node of one run."""

from typing import Any

from docchain.runs.models import StepOrder
from docchain.steps.perform import perform
from functions.steps.effect.dependencies import world


def run(order: StepOrder, seconds_left: float) -> dict[str, Any]:
    return perform(order, world(), seconds_left)
