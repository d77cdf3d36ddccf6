"""The Lambda of ``/api/v3/background``."""

from docchain.entrypoints.api import api_handler
from functions.api.background.routes import asking, changing, reading, service

handler = api_handler(asking.router, service.router, changing.router, reading.router)
