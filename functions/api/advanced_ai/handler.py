"""The Lambda of ``/api/v3/advanced/ai`` and of its figures among the services."""

from docchain.entrypoints.api import api_handler
from functions.api.advanced_ai.routes import asking, batches, figures, prompts, search

handler = api_handler(asking.router, search.router, prompts.router, batches.router, figures.router)
