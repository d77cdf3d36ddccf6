"""All that the workflows group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.approvals.deciding import Desk
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.signing import AuditSigner
from docchain.auth.caller import Caller
from docchain.costs.budgets import BudgetRepository
from docchain.costs.estimate import Defaults
from docchain.documents.collections import CollectionRepository
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.identity.signing import signing_keys
from docchain.identity.users import UserRepository
from docchain.receipts.proving import Receipts
from docchain.receipts.repository import ReceiptRepository
from docchain.runs.control import RunControl
from docchain.runs.holds import HoldRepository
from docchain.runs.repository import RunRepository
from docchain.runs.settings import RunSettings, build_control
from docchain.runs.stuck import StuckRuns
from docchain.storage.table import Table
from docchain.values.repository import ValueRepository
from docchain.vault.opening import Vault, open_secret
from docchain.vault.settings import VaultSettings, build_vault
from docchain.waits.hooks import Hooks
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.publishing import Publisher
from docchain.workflows.repository import WorkflowRepository

CanRead = Annotated[Caller, Depends(requires("workflows:read"))]
CanErase = Annotated[Caller, Depends(requires("users:admin"))]
CanGovern = Annotated[Caller, Depends(requires("tenant:admin"))]
CanWrite = Annotated[Caller, Depends(requires("workflows:write"))]
CanAdministrate = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(RunSettings, VaultSettings):
    """``default_models`` and ``architecture`` are the step workers', for estimates."""

    default_models: str
    architecture: str
    documents_table: str
    realtime_table: str
    audit_table: str
    audit_bucket: str
    audit_keys: str
    identity_table: str


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


def collections() -> CollectionRepository:
    return CollectionRepository(documents().table)


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


def holds() -> HoldRepository:
    return HoldRepository(runs().table)


def stuck() -> StuckRuns:
    return StuckRuns(runs().table)


def approvals() -> Desk:
    return Desk(WaitRepository(runs().table), contents(), aws.stepfunctions())


@cache
def vault() -> Vault:
    return build_vault(settings())


def signing_secrets(tenant_id: str, name: str) -> tuple[str, ...]:
    """The value, and the one before for as long as what was signed with it counts."""
    opened = open_secret(vault(), tenant_id, name, used_for="api/workflows", with_previous=True)
    return tuple(v for v in (opened.value, opened.previous) if v) if opened else ()


def hooks() -> Hooks:
    return Hooks(WaitRepository(runs().table), contents(), signing_secrets, aws.stepfunctions())


@cache
def users() -> UserRepository:
    return UserRepository(Table(aws.dynamodb(), settings().identity_table))


@cache
def rooms() -> Table:
    return Table(aws.dynamodb(), settings().realtime_table)


def values() -> ValueRepository:
    return ValueRepository(runs().table)


def budgets() -> BudgetRepository:
    return BudgetRepository(workflows().table)


def estimate_defaults() -> Defaults:
    return Defaults(models=settings().default_models, architecture=settings().architecture)


Budgets = Annotated[BudgetRepository, provided(budgets)]
EstimateDefaults = Annotated[Defaults, provided(estimate_defaults)]
Values = Annotated[ValueRepository, provided(values)]
Workflows = Annotated[WorkflowRepository, provided(workflows)]
Publishing = Annotated[Publisher, provided(publisher)]
Definitions = Annotated[DefinitionReader, provided(definitions)]
Runs = Annotated[RunRepository, provided(runs)]
Control = Annotated[RunControl, provided(control)]
Documents = Annotated[DocumentRepository, provided(documents)]
Collections = Annotated[CollectionRepository, provided(collections)]
Contents = Annotated[ContentStore, provided(contents)]
Waits = Annotated[WaitRepository, provided(waits)]
Holds = Annotated[HoldRepository, provided(holds)]
Stuck = Annotated[StuckRuns, provided(stuck)]
Approvals = Annotated[Desk, provided(approvals)]
Webhooks = Annotated[Hooks, provided(hooks)]
Users = Annotated[UserRepository, provided(users)]
Proofs = Annotated[Receipts, provided(receipts)]
Rooms = Annotated[Table, provided(rooms)]
