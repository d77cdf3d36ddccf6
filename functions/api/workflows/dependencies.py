"""All that the workflows group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.signing import AuditSigner
from docchain.auth.caller import Caller
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.identity.signing import signing_keys
from docchain.receipts.proving import Receipts
from docchain.receipts.repository import ReceiptRepository
from docchain.runs.control import RunControl
from docchain.runs.repository import RunRepository
from docchain.runs.settings import RunSettings, build_control
from docchain.runs.stuck import StuckRuns
from docchain.storage.table import Table
from docchain.values.repository import ValueRepository
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.publishing import Publisher
from docchain.workflows.repository import WorkflowRepository

CanRead = Annotated[Caller, Depends(requires("workflows:read"))]
CanErase = Annotated[Caller, Depends(requires("users:admin"))]
CanWrite = Annotated[Caller, Depends(requires("workflows:write"))]


class Settings(RunSettings):
    documents_table: str
    realtime_table: str
    audit_table: str
    audit_bucket: str
    audit_keys: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def control() -> RunControl:
    return build_control(settings())


def workflows() -> WorkflowRepository:
    return control().workflows


def publisher() -> Publisher:
    return control().publisher


def runs() -> RunRepository:
    return control().runs


@cache
def definitions() -> DefinitionReader:
    return DefinitionReader(publisher().versions)


@cache
def documents() -> DocumentRepository:
    return DocumentRepository(Table(aws.dynamodb(), settings().documents_table))


@cache
def contents() -> ContentStore:
    return ContentStore(aws.s3(), settings().documents_bucket)


@cache
def receipts() -> Receipts:
    known = settings()
    signer = AuditSigner(signing_keys(aws.kms(), known.audit_keys))
    heads = Heads(Table(aws.dynamodb(), known.audit_table), HeadArchive(aws.s3(), known.audit_bucket), signer)
    return Receipts(ReceiptRepository(runs().table, contents()), publisher().versions, documents(), heads)


def waits() -> WaitRepository:
    return WaitRepository(runs().table)


def stuck() -> StuckRuns:
    return StuckRuns(runs().table)


@cache
def rooms() -> Table:
    return Table(aws.dynamodb(), settings().realtime_table)


def values() -> ValueRepository:
    return ValueRepository(runs().table)


Values = Annotated[ValueRepository, provided(values)]
Workflows = Annotated[WorkflowRepository, provided(workflows)]
Publishing = Annotated[Publisher, provided(publisher)]
Definitions = Annotated[DefinitionReader, provided(definitions)]
Runs = Annotated[RunRepository, provided(runs)]
Control = Annotated[RunControl, provided(control)]
Documents = Annotated[DocumentRepository, provided(documents)]
Contents = Annotated[ContentStore, provided(contents)]
Waits = Annotated[WaitRepository, provided(waits)]
Stuck = Annotated[StuckRuns, provided(stuck)]
Proofs = Annotated[Receipts, provided(receipts)]
Rooms = Annotated[Table, provided(rooms)]
