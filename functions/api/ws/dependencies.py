"""All that the real-time group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.identity.users import UserRepository
from docchain.realtime.access import Registers
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.tasks.repository import TaskRepository
from docchain.workflows.repository import WorkflowRepository
from functions.api.ws.publishing import Desk

CanRead = Annotated[Caller, Depends(requires("ws:read"))]
CanWrite = Annotated[Caller, Depends(requires("ws:write"))]


class Settings(BaseSettings):
    realtime_table: str
    workflows_table: str
    runs_table: str
    tasks_table: str
    identity_table: str
    guard_table: str


def _table(name: str) -> Table:
    return Table(aws.dynamodb(), name)


@cache
def realtime() -> Table:
    return _table(Settings().realtime_table)


@cache
def registers() -> Registers:
    settings = Settings()
    return Registers(
        WorkflowRepository(_table(settings.workflows_table)),
        RunRepository(_table(settings.runs_table)),
        TaskRepository(_table(settings.tasks_table)),
    )


@cache
def desk() -> Desk:
    settings = Settings()
    users = UserRepository(_table(settings.identity_table))
    return Desk(realtime(), registers(), users, _table(settings.guard_table))


Realtime = Annotated[Table, provided(realtime)]
Things = Annotated[Registers, provided(registers)]
Publishing = Annotated[Desk, provided(desk)]
