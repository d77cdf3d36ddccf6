"""The cache, for functions that keep answers in it."""

from aws_cdk import Stack

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.stacks.data import Data


def cache_environment(platform: Platform, data: Data) -> dict[str, str]:
    """The fields of ``CacheSettings``."""
    return {
        "CACHE_TABLE": data.cache.table_name,
        "CACHE_REDIS_URL": platform.stage.cache_redis_url,
        "CACHE_REDIS_SECRET": platform.stage.cache_redis_secret,
    }


def let_cache(function: PythonFunction, platform: Platform, data: Data) -> None:
    """To read, make and keep entries. Deleting is not among it: what is kept ends by itself."""
    grants.on_tables(function, (*grants.GET, *grants.WRITE), data.cache)
    secret = platform.stage.cache_redis_secret
    if secret:
        grants.read_secret(function, Stack.of(function), secret)
