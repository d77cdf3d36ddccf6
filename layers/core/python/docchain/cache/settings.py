"""The environment that every function with a cache has in common, and the cache built from it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.cache.backend import Backend
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.backends.file import FileBackend
from docchain.cache.backends.memory import MemoryBackend
from docchain.cache.cache import Cache
from docchain.cache.counters import Counters
from docchain.cache.tiers import Tiers
from docchain.storage.table import Table

if TYPE_CHECKING:
    from redis import Redis

FILES = Path("/tmp/docchain-cache")  # noqa: S108  # the one place a Lambda may write to; a folder of its own, mode 700


class CacheSettings(BaseSettings):
    """``cache_redis_url`` is empty where there is no server; ``cache_redis_secret`` names its password's secret."""

    cache_table: str
    cache_redis_url: str
    cache_redis_secret: str


@cache
def the_cache() -> Cache:
    """One per process: its memory is a store, and callers of one process wait for each other."""
    return build_cache(CacheSettings())


def build_cache(settings: CacheSettings) -> Cache:
    table = Table(aws.dynamodb(), settings.cache_table)
    backends: dict[str, Backend] = {"memory": MemoryBackend(), "file": FileBackend(FILES)}
    if settings.cache_redis_url:
        backends["redis"] = _redis(settings)
    backends["dynamodb"] = DynamoBackend(table)
    shared = "redis" if settings.cache_redis_url else "dynamodb"
    return Cache(Tiers(backends, default=("memory", shared)), Counters(table))


def _redis(settings: CacheSettings) -> Backend:
    from docchain.cache.backends.redis import RedisBackend, connect

    def connecting() -> "Redis":
        return connect(settings.cache_redis_url, _password(settings.cache_redis_secret))

    return RedisBackend(connecting, namespace=settings.cache_table)


def _password(secret: str) -> str | None:
    return aws.secretsmanager().get_secret_value(SecretId=secret)["SecretString"] if secret else None
