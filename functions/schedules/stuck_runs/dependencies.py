"""All that the sweeper needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.workflows.state_machines import StateMachines


class Settings(BaseSettings):
    runs_table: str
    state_machine_role: str
    state_machine_prefix: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def runs() -> RunRepository:
    return RunRepository(Table(aws.dynamodb(), settings().runs_table))


@cache
def machines() -> StateMachines:
    return StateMachines(aws.stepfunctions(), settings().state_machine_prefix, settings().state_machine_role)
