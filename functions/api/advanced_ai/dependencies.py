"""All that the AI group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.gateway import Gateway
from docchain.ai.settings import build_gateway
from docchain.ai.tasks.desk import Desk
from docchain.ai.tasks.settings import DeskSettings, build_desk
from docchain.ai.templates.repository import PromptRepository
from docchain.auth.caller import Caller
from docchain.cache.cache import Cache
from docchain.cache.settings import the_cache
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.realtime.push import ApiGatewayPush
from docchain.realtime.switchboard import Switchboard
from docchain.search.embedders import Embedders, LocalEmbedder, embedders_of
from docchain.search.rebuilding import Rebuilding
from docchain.search.repository import SearchRepository
from docchain.search.warm import WarmIndexes
from docchain.storage.table import Table

CanRead = Annotated[Caller, Depends(requires("ai:read"))]
CanWrite = Annotated[Caller, Depends(requires("ai:write"))]


class Settings(DeskSettings):
    documents_bucket: str
    realtime_table: str
    websocket_endpoint: str


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


@cache
def desk() -> Desk:
    return build_desk(settings(), gateway())


@cache
def batches() -> BatchRepository:
    return BatchRepository(Table(aws.dynamodb(), settings().ai_table))


@cache
def prompts() -> PromptRepository:
    """For who asks no model: no gateway is built for it."""
    return PromptRepository(Table(aws.dynamodb(), settings().ai_table))


@cache
def limits() -> Table:
    return Table(aws.dynamodb(), settings().limits_table)


@cache
def board() -> Switchboard:
    push = ApiGatewayPush(aws.websocket_api(settings().websocket_endpoint))
    return Switchboard(Table(aws.dynamodb(), settings().realtime_table), push)


AiDesk = Annotated[Desk, provided(desk)]
Batches = Annotated[BatchRepository, provided(batches)]
Prompts = Annotated[PromptRepository, provided(prompts)]
Limits = Annotated[Table, provided(limits)]
Board = Annotated[Switchboard, provided(board)]
AnswersCache = Annotated[Cache, provided(the_cache)]
Searching = Annotated[WarmIndexes, provided(indexes)]
States = Annotated[SearchRepository, provided(search_repository)]
Rebuilder = Annotated[Rebuilding, provided(rebuilding)]
EmbedderOf = Annotated[Embedders, provided(embedders)]
