"""One part of the work of a control node."""

from typing import Any

from docchain.runs.models import StepOrder
from docchain.steps.perform import perform
from functions.steps.control.dependencies import world
from functions.steps.control.foreach_gather import gather
from functions.steps.control.foreach_notes import note_item
from functions.steps.control.foreach_prepare import prepare

PHASES = {"": perform, "prepare": prepare, "gather": gather, "noted": note_item}


def run(order: StepOrder, seconds_left: float) -> dict[str, Any]:
    return PHASES[order.phase](order, world(), seconds_left)
