"""The Lambda of ``/api/v3/auth``."""

from docchain.entrypoints.api import api_handler
from functions.api.auth.routes import invitations, me, roles, sessions, tenants, users

handler = api_handler(sessions.router, me.router, users.router, roles.router, invitations.router, tenants.router)
