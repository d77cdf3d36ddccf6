"""All that the sweep needs from the world."""

from functools import cache

from docchain.runs.concurrency import Slots
from docchain.waits.children import Answers
from docchain.waits.settings import WaitSettings, build_answers


class Settings(WaitSettings):
    """Nothing of its own."""


@cache
def world() -> Answers:
    return build_answers(Settings())


def slots() -> Slots:
    return Slots(world().runs.table)
