"""All that the control steps need from the world."""

from functools import cache

from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld


class Settings(StepSettings):
    """Nothing of its own."""


@cache
def world() -> StepWorld:
    return build_world(Settings(), {})
