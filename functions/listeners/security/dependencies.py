"""All that the watch over security needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.security_events.repository import SecurityEventRepository
from docchain.storage.table import Table
from docchain.threats.blocks import BlockRepository
from docchain.threats.repository import ThreatRepository
from docchain.threats.watch import Watch
from docchain.threats.windows import Windows


class Settings(BaseSettings):
    guard_table: str
    identity_table: str


@cache
def keeper() -> Watch:
    settings = Settings()
    guard, identity = (Table(aws.dynamodb(), name) for name in (settings.guard_table, settings.identity_table))
    return Watch(
        SecurityEventRepository(guard), Windows(guard), ThreatRepository(guard), BlockRepository(guard, identity)
    )
