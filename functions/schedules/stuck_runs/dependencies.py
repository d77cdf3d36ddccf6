"""All that the sweeper needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.runs.repository import RunRepository
from docchain.runs.stuck import StuckRuns
from docchain.storage.table import Table
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.state_machines import StateMachines
from docchain.workflows.versions import VersionRepository


class Settings(BaseSettings):
    runs_table: str
    workflows_table: str
    state_machine_role: str
    state_machine_prefix: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def runs() -> RunRepository:
    return RunRepository(Table(aws.dynamodb(), settings().runs_table))


@cache
def definitions() -> DefinitionReader:
    return DefinitionReader(VersionRepository(Table(aws.dynamodb(), settings().workflows_table)))


@cache
def waits() -> WaitRepository:
    return WaitRepository(runs().table)


@cache
def stuck() -> StuckRuns:
    return StuckRuns(runs().table)


@cache
def machines() -> StateMachines:
    return StateMachines(aws.stepfunctions(), settings().state_machine_prefix, settings().state_machine_role)
