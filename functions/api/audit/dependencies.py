"""All that the audit group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.signing import AuditSigner
from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.identity.policies import PolicyRepository
from docchain.identity.signing import signing_keys
from docchain.storage.table import Table

CanAudit = Annotated[Caller, Depends(requires("audit:read"))]


class Settings(BaseSettings):
    """``audit_keys`` are the ids of the KMS keys that heads are signed with, the first of which signs."""

    audit_table: str
    audit_bucket: str
    audit_keys: str
    identity_table: str
    environment: str
    version: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def audit() -> Table:
    return Table(aws.dynamodb(), settings().audit_table)


@cache
def policies() -> PolicyRepository:
    return PolicyRepository(Table(aws.dynamodb(), settings().identity_table))


@cache
def signer() -> AuditSigner:
    return AuditSigner(signing_keys(aws.kms(), settings().audit_keys))


@cache
def heads() -> Heads:
    return Heads(audit(), HeadArchive(aws.s3(), settings().audit_bucket), signer())


Audit = Annotated[Table, provided(audit)]
Policing = Annotated[PolicyRepository, provided(policies)]
Signing = Annotated[AuditSigner, provided(signer)]
SignedHeads = Annotated[Heads, provided(heads)]
Setting = Annotated[Settings, provided(settings)]
