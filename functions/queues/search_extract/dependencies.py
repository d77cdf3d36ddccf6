"""All that the reader of documents needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.search.rebuilding import Rebuilding
from docchain.search.repository import SearchRepository
from docchain.storage.table import Table
from functions.queues.search_extract.run import Reader


class Settings(BaseSettings):
    documents_table: str
    documents_bucket: str


@cache
def reader() -> Reader:
    settings = Settings()
    table = Table(aws.dynamodb(), settings.documents_table)
    repository = SearchRepository(table)
    contents = ContentStore(aws.s3(), settings.documents_bucket)
    return Reader(repository, contents, Rebuilding(repository, DocumentRepository(table)))
