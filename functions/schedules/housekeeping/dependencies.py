"""All that the housekeeping needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.repository import DocumentRepository
from docchain.documents.retention import Expiry
from docchain.documents.store import ContentStore
from docchain.identity.policies import PolicyRepository
from docchain.runs.holds import HoldRepository
from docchain.runs.references import References
from docchain.runs.repository import RunRepository
from docchain.runs.staying import Staying
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.state_machines import StateMachines
from docchain.workflows.versions import VersionRepository


class Settings(BaseSettings):
    """``audit_table`` has the list of tenants."""

    identity_table: str
    runs_table: str
    workflows_table: str
    documents_table: str
    documents_bucket: str
    audit_table: str
    state_machine_role: str
    state_machine_prefix: str


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
def runs() -> RunRepository:
    return RunRepository(Table(aws.dynamodb(), settings().runs_table))


@cache
def contents() -> ContentStore:
    return ContentStore(aws.s3(), settings().documents_bucket)


@cache
def staying() -> Staying:
    versions = VersionRepository(Table(aws.dynamodb(), settings().workflows_table))
    references = References(runs().table, DefinitionReader(versions), contents())
    return Staying(runs(), HoldRepository(runs().table), references)


@cache
def expiry() -> Expiry:
    return Expiry(DocumentRepository(Table(aws.dynamodb(), settings().documents_table)), contents())


@cache
def machines() -> StateMachines:
    return StateMachines(aws.stepfunctions(), settings().state_machine_prefix, settings().state_machine_role)
