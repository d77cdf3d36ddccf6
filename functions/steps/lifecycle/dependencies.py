"""All that the end of a run needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.runs.records import RecordRepository
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.versions import VersionRepository


class Settings(BaseSettings):
    runs_table: str
    workflows_table: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def runs() -> RunRepository:
    return RunRepository(Table(aws.dynamodb(), settings().runs_table))


@cache
def records() -> RecordRepository:
    return RecordRepository(Table(aws.dynamodb(), settings().runs_table))


@cache
def definitions() -> DefinitionReader:
    return DefinitionReader(VersionRepository(Table(aws.dynamodb(), settings().workflows_table)))
