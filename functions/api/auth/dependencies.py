"""All that the auth group needs from the world."""

from functools import cache
from typing import Annotated

from docchain import aws
from docchain.entrypoints.provided import provided
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts
from docchain.storage.table import Table


class Settings(IdentitySettings):
    """Identity's own, and the audit, in which a deleted user is forgotten."""

    audit_table: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def accounts() -> Accounts:
    return build_accounts(settings())


@cache
def audit() -> Table:
    return Table(aws.dynamodb(), settings().audit_table)


Audit = Annotated[Table, provided(audit)]
Identity = Annotated[Accounts, provided(accounts)]
