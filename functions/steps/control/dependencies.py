"""All that the control steps need from the world."""

from functools import cache

from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from functions.steps.control.endings import fail_run, succeed_run

WORKERS = {"fail": fail_run, "succeed": succeed_run}


class Settings(StepSettings):
    """Nothing of its own."""


@cache
def world() -> StepWorld:
    return build_world(Settings(), WORKERS)
