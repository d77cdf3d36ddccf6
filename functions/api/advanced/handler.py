"""The Lambda of ``/api/v3/advanced``."""

from docchain.entrypoints.api import api_handler
from functions.api.advanced.routes import router

handler = api_handler(router)
