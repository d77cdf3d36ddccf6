"""The Lambda of ``/docs``, ``/redoc`` and ``/openapi.json``."""

from docchain.entrypoints.api import api_handler
from functions.api.docs.routes import router

handler = api_handler(router, limited=False)
