"""One part of the work of a control node."""

from typing import Any

from docchain.runs.models import StepOrder
from docchain.steps.perform import perform
from functions.steps.control.approval import ask_approvers
from functions.steps.control.child import start_child
from functions.steps.control.dependencies import world
from functions.steps.control.foreach_gather import gather
from functions.steps.control.foreach_notes import note_item
from functions.steps.control.foreach_prepare import prepare
from functions.steps.control.webhook import make_hook

PHASES = {"": perform, "prepare": prepare, "gather": gather, "noted": note_item}
PHASES |= {"approval": ask_approvers, "wait_for_webhook": make_hook, "subworkflow": start_child}


def run(order: StepOrder, seconds_left: float) -> dict[str, Any]:
    return PHASES[order.phase](order, world(), seconds_left)
