"""The pool ``data``: tables, statistics, cleaning up and backups, with the layer ``data``."""

from functools import partial
from typing import ClassVar

from docchain import aws
from docchain.cache.settings import CacheSettings
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.storage.table import Table
from docchain.tasks.kind import TaskKind
from docchain.tasks.kinds.lazy import Work, kinds_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.pools import Pool
from docchain.tasks.kinds.shelf import Shelf


class DataSettings(CacheSettings):
    pool: ClassVar[Pool] = "data"
    identity_table: str
    workflows_table: str
    runs_table: str
    documents_table: str
    documents_bucket: str
    ai_table: str
    tasks_table: str
    data_key: str


def kinds(settings: DataSettings) -> dict[str, TaskKind]:
    return kinds_of(
        {
            "data_processing": partial(_data_processing, settings),
            "analytics_processing": partial(_analytics_processing, settings),
            "cleanup": partial(_cleanup, settings),
            "backup": partial(_backup, settings),
        }
    )


def _table(name: str) -> Table:
    return Table(aws.dynamodb(), name)


def _people(settings: DataSettings) -> People:
    return People(_table(settings.identity_table))


def _shelf(settings: DataSettings) -> Shelf:
    contents = ContentStore(aws.s3(), settings.documents_bucket)
    return Shelf(DocumentRepository(_table(settings.documents_table)), contents)


def _data_processing(settings: DataSettings) -> Work:
    from docchain.tasks.kinds.data_processing import Processor

    return Processor(_shelf(settings), _people(settings)).run


def _analytics_processing(settings: DataSettings) -> Work:
    from docchain.tasks.kinds.analytics_processing import Analyst

    return Analyst(_table(settings.runs_table), _people(settings)).run


def _cleanup(settings: DataSettings) -> Work:
    from docchain.cache.settings import build_cache
    from docchain.runs.holds import HoldRepository
    from docchain.runs.references import References
    from docchain.runs.repository import RunRepository
    from docchain.runs.staying import Staying
    from docchain.tasks.kinds.cleanup import Cleaner
    from docchain.workflows.definitions import DefinitionReader
    from docchain.workflows.versions import VersionRepository

    shelf, runs = _shelf(settings), _table(settings.runs_table)
    definitions = DefinitionReader(VersionRepository(_table(settings.workflows_table)))
    staying = Staying(RunRepository(runs), HoldRepository(runs), References(runs, definitions, shelf.contents))
    tasks = _table(settings.tasks_table)
    return Cleaner(_people(settings), shelf, runs, staying, build_cache(settings), tasks).run


def _backup(settings: DataSettings) -> Work:
    from docchain.encryption.data_keys import DataKeys
    from docchain.tasks.kinds.backup import Keeper
    from docchain.tasks.kinds.backups.tables import Tables

    tables = Tables(
        workflows=_table(settings.workflows_table),
        runs=_table(settings.runs_table),
        documents=_table(settings.documents_table),
        ai=_table(settings.ai_table),
    )
    keys = DataKeys(aws.kms(), settings.data_key)
    return Keeper(_people(settings), tables, ContentStore(aws.s3(), settings.documents_bucket), keys).run
