"""All that the listener to run events needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.storage.table import Table


class Settings(BaseSettings):
    realtime_table: str


@cache
def realtime() -> Table:
    return Table(aws.dynamodb(), Settings().realtime_table)
