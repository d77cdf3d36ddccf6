"""The Lambda of ``/api/v3/advanced/cache``."""

from docchain.entrypoints.api import api_handler
from functions.api.cache.routes import router

handler = api_handler(router)
