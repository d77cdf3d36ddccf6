"""The Lambda of ``/api/v3/ws`` over REST."""

from docchain.entrypoints.api import api_handler
from functions.api.ws.routes import router

handler = api_handler(router)
