"""The Lambda of ``/api/v3/security``."""

from docchain.entrypoints.api import api_handler
from functions.api.security.routes import policies, tokens

handler = api_handler(tokens.router, policies.router)
