"""All that the indexer needs from the world."""

import time
from functools import cache

from docchain import aws
from docchain.ai.gateway import Gateway
from docchain.ai.settings import AiSettings, build_gateway
from docchain.documents.store import ContentStore
from docchain.search.compaction import Compactor
from docchain.search.embedders import Embedders, LocalEmbedder, embedders_of
from docchain.search.indexing import Indexer
from docchain.search.rebuilding import fresh
from docchain.search.repository import SearchRepository
from docchain.storage.table import Table

BEGIN_SECONDS = 420
"""Behind this no document is begun: the longest takes as long again."""


class Settings(AiSettings):
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


@cache
def gateway() -> Gateway:
    return build_gateway(Settings(), used_for="queues/search_index")


@cache
def embedders() -> Embedders:
    return embedders_of(gateway, local())


def indexer() -> Indexer:
    """One for each batch: it keeps the vectors that it made, and has its own deadline."""
    return Indexer(repository(), contents(), embedders(), fresh(local()), time.monotonic() + BEGIN_SECONDS)


def compactor() -> Compactor:
    return Compactor(repository(), contents())
