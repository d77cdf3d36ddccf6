"""Makes an address that nobody can guess; whoever is told it, by people who may see it, may call it once."""

import secrets
from typing import Any

from docchain.runs.models import StepOrder
from docchain.steps.world import StepWorld
from docchain.waits import opening
from functions.steps.control.waiting import wait_for

SECRET_BYTES = 32


def make_hook(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    def ask(asking: opening.Asking) -> opening.Asked:
        if asking.earlier is not None:  # it may have been handed out already
            return opening.Asked(asking.earlier.asked)
        asked = {
            "hook": secrets.token_urlsafe(SECRET_BYTES),
            "secret": asking.config.secret,
            "body_schema": asking.config.body_schema,
        }
        return opening.Asked(asked)

    return wait_for(order, world, ask)
