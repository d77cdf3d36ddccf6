"""All that undoing a run's effects needs from the world."""

from functools import cache
from typing import Final

from docchain import aws
from docchain.calls_out.settings import CallSettings, build_sender
from docchain.runs.repository import RunRepository
from docchain.steps.compensating import Undoing
from docchain.steps.settings import build_world
from docchain.storage.table import Table

# Less than the function's timeout: what is begun is also recorded.
SECONDS: Final = 840.0


class Settings(CallSettings):
    """Those of who calls out, and no more."""


@cache
def settings() -> Settings:
    return Settings()


@cache
def undoing() -> Undoing:
    runs = RunRepository(Table(aws.dynamodb(), settings().runs_table))
    return Undoing(runs, build_world(settings(), {}), build_sender(settings(), "listeners/compensations"))
