"""Who may call a route, declared in its signature and held by a test that walks every route.

    CanRead = Annotated[Caller, Depends(requires("workflows:read"))]
    async def read_workflow(workflow_id: WorkflowId, caller: CanRead) -> WorkflowView: ...

A route that anyone may call says so: ``@router.get("/stats", dependencies=[PUBLIC])``. What is one's own needs no scope
but a session (``caller: LoggedIn``): an API key, whatever it opens, is not the person.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from docchain.auth.caller import Caller
from docchain.auth.errors import SessionRequired
from docchain.errors import Forbidden, Unauthorized


def current_caller(request: Request) -> Caller:
    """From the authorizer's context, never from a header: the gateway strips nothing a client could forge."""
    event = request.scope.get("aws.event", {})
    context = event.get("requestContext", {}).get("authorizer") or {}
    if "tenant_id" not in context:
        raise Unauthorized("Log in first: send Authorization: Bearer <access_token>.")
    return Caller.from_context(context)


class requires:  # noqa: N801  # read as a word in a signature
    """A dependency that the authorization test can read the scope from."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Caller:
        caller = current_caller(request)
        if not caller.may(self.scope):
            raise Forbidden(f"This needs the scope {self.scope}.", details={"scope": self.scope})
        return caller


async def _session(request: Request) -> Caller:
    caller = current_caller(request)
    if caller.api_key_id or not caller.session_id:
        raise SessionRequired
    return caller


async def _anyone() -> None:
    return None


PUBLIC = Depends(_anyone)
LoggedIn = Annotated[Caller, Depends(_session)]

Access = Callable[..., object]
PUBLIC_ACCESS: Access = _anyone
SESSION_ACCESS: Access = _session
