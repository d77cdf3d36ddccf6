"""The environment that every family of steps has in common, and the world built from it."""

from collections.abc import Mapping

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.runs.records import RecordRepository
from docchain.steps.call import Worker
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.versions import VersionRepository


class StepSettings(BaseSettings):
    """``memory_mb`` and ``architecture`` (x86_64 or arm64) are what the function is billed by."""

    workflows_table: str
    runs_table: str
    documents_table: str
    documents_bucket: str
    memory_mb: int
    architecture: str


def build_world(settings: StepSettings, workers: Mapping[str, Worker]) -> StepWorld:
    client = aws.dynamodb()
    return StepWorld(
        records=RecordRepository(Table(client, settings.runs_table)),
        definitions=DefinitionReader(VersionRepository(Table(client, settings.workflows_table))),
        documents=DocumentRepository(Table(client, settings.documents_table)),
        contents=ContentStore(aws.s3(), settings.documents_bucket),
        workers=workers,
        memory_mb=settings.memory_mb,
        architecture=settings.architecture,
    )
