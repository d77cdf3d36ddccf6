"""All that the sweeper needs from the world."""

from functools import cache

from docchain.runs.control import RunControl
from docchain.runs.repository import RunRepository
from docchain.runs.settings import RunSettings, build_control
from docchain.runs.stuck import StuckRuns
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.publishing import Publisher
from docchain.workflows.state_machines import StateMachines


class Settings(RunSettings):
    """Nothing of its own."""


@cache
def settings() -> Settings:
    return Settings()


@cache
def control() -> RunControl:
    return build_control(settings())


def runs() -> RunRepository:
    return control().runs


def publisher() -> Publisher:
    return control().publisher


@cache
def definitions() -> DefinitionReader:
    return DefinitionReader(publisher().versions)


@cache
def waits() -> WaitRepository:
    return WaitRepository(runs().table)


@cache
def stuck() -> StuckRuns:
    return StuckRuns(runs().table)


def machines() -> StateMachines:
    return publisher().machines
