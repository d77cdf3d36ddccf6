"""The Lambda of ``/api/v3/scheduler``."""

from docchain.entrypoints.api import api_handler
from functions.api.scheduler.routes import router

handler = api_handler(router)
