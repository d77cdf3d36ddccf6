"""All that this listener needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table


class Settings(BaseSettings):
    runs_table: str


@cache
def runs() -> RunRepository:
    return RunRepository(Table(aws.dynamodb(), Settings().runs_table))
