"""All that the audit's writer needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.audit.chain import Chain
from docchain.storage.table import Table


class Settings(BaseSettings):
    audit_table: str


@cache
def chain() -> Chain:
    return Chain(Table(aws.dynamodb(), Settings().audit_table))
