"""All that the signing needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.signing import AuditSigner
from docchain.identity.signing import signing_keys
from docchain.storage.table import Table


class Settings(BaseSettings):
    """``audit_keys``: the first signs."""

    audit_table: str
    audit_bucket: str
    audit_keys: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def heads() -> Heads:
    known = settings()
    signer = AuditSigner(signing_keys(aws.kms(), known.audit_keys))
    return Heads(Table(aws.dynamodb(), known.audit_table), HeadArchive(aws.s3(), known.audit_bucket), signer)
