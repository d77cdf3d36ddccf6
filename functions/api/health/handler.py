"""The Lambda of ``/``, ``/health``, ``/status`` and ``/api/v3/health``."""

from docchain.entrypoints.api import api_handler
from functions.api.health.routes import router

handler = api_handler(router, limited=False)
