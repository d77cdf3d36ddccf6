"""The pool ``documents``: reports, with the layer ``documents``."""

from functools import partial
from typing import ClassVar

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.storage.table import Table
from docchain.tasks.kind import TaskKind
from docchain.tasks.kinds.lazy import Work, kinds_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.pools import Pool
from docchain.tasks.kinds.shelf import Shelf


class DocumentsSettings(BaseSettings):
    pool: ClassVar[Pool] = "documents"
    identity_table: str
    workflows_table: str
    runs_table: str
    documents_table: str
    documents_bucket: str


def kinds(settings: DocumentsSettings) -> dict[str, TaskKind]:
    return kinds_of({"report_generation": partial(_report_generation, settings)})


def _report_generation(settings: DocumentsSettings) -> Work:
    from docchain.tasks.kinds.report_generation import Reporter

    contents = ContentStore(aws.s3(), settings.documents_bucket)
    shelf = Shelf(DocumentRepository(_table(settings.documents_table)), contents)
    runs, workflows = _table(settings.runs_table), _table(settings.workflows_table)
    return Reporter(runs, workflows, shelf, People(_table(settings.identity_table))).run


def _table(name: str) -> Table:
    return Table(aws.dynamodb(), name)
