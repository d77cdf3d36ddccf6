"""All that the indexer needs from the world."""

import time
from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.store import ContentStore
from docchain.search.compaction import Compactor
from docchain.search.embedders import Embedder, LocalEmbedder
from docchain.search.indexing import Indexer
from docchain.search.rebuilding import fresh
from docchain.search.repository import SearchRepository
from docchain.storage.table import Table

BEGIN_SECONDS = 420
"""Behind this no document is begun: the longest takes as long again."""


class Settings(BaseSettings):
    documents_table: str
    documents_bucket: str


@cache
def repository() -> SearchRepository:
    return SearchRepository(Table(aws.dynamodb(), Settings().documents_table))


@cache
def contents() -> ContentStore:
    return ContentStore(aws.s3(), Settings().documents_bucket)


@cache
def local() -> LocalEmbedder:
    return LocalEmbedder()


def embedder(tenant_id: str, provider: str, model: str) -> Embedder:
    return local()


def indexer() -> Indexer:
    """One for each batch: it keeps the vectors that it made, and has its own deadline."""
    return Indexer(repository(), contents(), embedder, fresh(local()), time.monotonic() + BEGIN_SECONDS)


def compactor() -> Compactor:
    return Compactor(repository(), contents())
