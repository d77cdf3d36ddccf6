"""The Lambda of ``/api/v3/security/audit``."""

from docchain.entrypoints.api import api_handler
from functions.api.audit.routes import exports, figures, logs, proofs

handler = api_handler(logs.router, figures.router, exports.router, proofs.router)
