"""All that the AI group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.gateway import Gateway
from docchain.ai.settings import AiSettings, build_gateway
from docchain.auth.caller import Caller
from docchain.cache.settings import the_cache
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.search.embedders import Embedders, LocalEmbedder, embedders_of
from docchain.search.rebuilding import Rebuilding
from docchain.search.repository import SearchRepository
from docchain.search.warm import WarmIndexes
from docchain.storage.table import Table

CanRead = Annotated[Caller, Depends(requires("ai:read"))]
CanWrite = Annotated[Caller, Depends(requires("ai:write"))]


class Settings(AiSettings):
    documents_table: str
    documents_bucket: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def documents_table() -> Table:
    return Table(aws.dynamodb(), settings().documents_table)


@cache
def search_repository() -> SearchRepository:
    return SearchRepository(documents_table())


@cache
def indexes() -> WarmIndexes:
    return WarmIndexes(search_repository(), ContentStore(aws.s3(), settings().documents_bucket))


@cache
def rebuilding() -> Rebuilding:
    return Rebuilding(search_repository(), DocumentRepository(documents_table()))


@cache
def gateway() -> Gateway:
    return build_gateway(settings(), used_for="api/advanced_ai", cache=AnswerCache(the_cache()))


@cache
def embedders() -> Embedders:
    return embedders_of(gateway, LocalEmbedder())


Searching = Annotated[WarmIndexes, provided(indexes)]
States = Annotated[SearchRepository, provided(search_repository)]
Rebuilder = Annotated[Rebuilding, provided(rebuilding)]
EmbedderOf = Annotated[Embedders, provided(embedders)]
