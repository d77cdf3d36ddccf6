"""The Lambda of ``/api/v3/security/compliance``."""

from docchain.entrypoints.api import api_handler
from functions.api.compliance.routes import router

handler = api_handler(router)
