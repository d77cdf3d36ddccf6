"""The Lambda of ``/api/v3/advanced/ai``."""

from docchain.entrypoints.api import api_handler
from functions.api.advanced_ai.routes import search

handler = api_handler(search.router)
