"""All that the real-time group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.storage.table import Table

CanRead = Annotated[Caller, Depends(requires("ws:read"))]


class Settings(BaseSettings):
    realtime_table: str


@cache
def realtime() -> Table:
    return Table(aws.dynamodb(), Settings().realtime_table)


Realtime = Annotated[Table, provided(realtime)]
