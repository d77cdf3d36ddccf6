"""All that the erasing needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.identity.policies import PolicyRepository
from docchain.storage.table import Table


class Settings(BaseSettings):
    audit_table: str
    identity_table: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def audit() -> Table:
    return Table(aws.dynamodb(), settings().audit_table)


@cache
def policies() -> PolicyRepository:
    return PolicyRepository(Table(aws.dynamodb(), settings().identity_table))
