"""The Lambda of ``/api/v3/auth``."""

from docchain.entrypoints.api import api_handler
from functions.api.auth.routes import router

handler = api_handler(router)
