"""The environment that every function which answers for others has in common, and the world built from it."""

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.store import ContentStore
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.waits.children import Answers
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.versions import VersionRepository


class WaitSettings(BaseSettings):
    runs_table: str
    workflows_table: str
    documents_bucket: str


def build_answers(settings: WaitSettings) -> Answers:
    client = aws.dynamodb()
    runs = Table(client, settings.runs_table)
    return Answers(
        waits=WaitRepository(runs),
        runs=RunRepository(runs),
        definitions=DefinitionReader(VersionRepository(Table(client, settings.workflows_table))),
        contents=ContentStore(aws.s3(), settings.documents_bucket),
        machines=aws.stepfunctions(),
    )
