"""All that the clearing needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.workflows.state_machines import StateMachines


class Settings(BaseSettings):
    state_machine_role: str
    state_machine_prefix: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def machines() -> StateMachines:
    return StateMachines(aws.stepfunctions(), settings().state_machine_prefix, settings().state_machine_role)
