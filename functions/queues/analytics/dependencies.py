"""All that the keeper of figures needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.storage.table import Table


class Settings(BaseSettings):
    runs_table: str


@cache
def runs_table() -> Table:
    return Table(aws.dynamodb(), Settings().runs_table)
