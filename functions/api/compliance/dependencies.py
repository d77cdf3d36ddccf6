"""All that the compliance group needs from the world."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import Depends
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.signing import AuditSigner
from docchain.auth.caller import Caller
from docchain.compliance.repository import ReportRepository
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.identity.signing import signing_keys
from docchain.storage.table import Table

CanRead = Annotated[Caller, Depends(requires("audit:read"))]
CanReport = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(BaseSettings):
    """``audit_keys``: the first signs."""

    audit_table: str
    audit_bucket: str
    audit_keys: str
    identity_table: str
    documents_bucket: str


@dataclass(frozen=True)
class Sources:
    """What a report is made from, and where it goes."""

    identity: Table
    heads: Heads
    reports: ReportRepository
    contents: ContentStore


@cache
def sources() -> Sources:
    known = Settings()
    audit = Table(aws.dynamodb(), known.audit_table)
    signer = AuditSigner(signing_keys(aws.kms(), known.audit_keys))
    return Sources(
        identity=Table(aws.dynamodb(), known.identity_table),
        heads=Heads(audit, HeadArchive(aws.s3(), known.audit_bucket), signer),
        reports=ReportRepository(audit),
        contents=ContentStore(aws.s3(), known.documents_bucket),
    )


World = Annotated[Sources, provided(sources)]
