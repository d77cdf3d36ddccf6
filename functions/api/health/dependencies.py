"""All that the health group needs from the world."""

from functools import cache
from typing import Annotated

from pydantic_settings import BaseSettings

from docchain.entrypoints.provided import provided


class Settings(BaseSettings):
    environment: str
    version: str
    identity_table: str
    workflows_table: str
    runs_table: str
    documents_bucket: str


@cache
def settings() -> Settings:
    return Settings()


Configured = Annotated[Settings, provided(settings)]
