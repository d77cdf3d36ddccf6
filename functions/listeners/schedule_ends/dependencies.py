"""All that this listener needs from the world."""

from functools import cache

from docchain.schedules.settings import OrderSettings, build_settling
from docchain.schedules.settling import Settling


class Settings(OrderSettings):
    """Nothing of its own."""


@cache
def settling() -> Settling:
    return build_settling(Settings())
