"""The Lambda of ``/api/v3/ai-workflows``."""

from docchain.entrypoints.api import api_handler
from functions.api.ai_workflows.routes import learning, templates, workflows

handler = api_handler(templates.router, learning.router, workflows.router)
