"""All that the cache group needs from the world."""

from typing import Annotated

from fastapi import Depends

from docchain.auth.caller import Caller
from docchain.cache.cache import Cache
from docchain.cache.settings import CacheSettings, the_cache
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided

CanRead = Annotated[Caller, Depends(requires("advanced:read"))]
CanWrite = Annotated[Caller, Depends(requires("advanced:write"))]


class Settings(CacheSettings):
    """Nothing of its own."""


TheCache = Annotated[Cache, provided(the_cache)]
