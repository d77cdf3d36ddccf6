"""Calls from elsewhere that runs wait for, and how many runs go at once."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.errors import PayloadTooLarge
from docchain.nodes.kinds.wait_for_webhook import BODY_BYTES_MOST
from docchain.waits.hooks import SIGNATURE_HEADERS, receive
from functions.api.workflows.approval_schemas import HookReceipt, RunLimit, RunLimitView
from functions.api.workflows.dependencies import CanGovern, CanRead, Control, Webhooks

router = APIRouter(prefix="/api/v3/workflows", tags=["runs"], responses=ERROR_RESPONSES)


@router.post("/hooks/{token}", dependencies=[PUBLIC], summary="The call that a run waits for; JSON up to 256 KB, once")
async def receive_hook(token: Annotated[str, Path(max_length=300)], request: Request, hooks: Webhooks) -> HookReceipt:
    body = await request.body()
    if len(body) > BODY_BYTES_MOST:
        raise PayloadTooLarge(f"The body is {len(body)} bytes; at most {BODY_BYTES_MOST}.")
    signature = next((request.headers[name] for name in SIGNATURE_HEADERS if name in request.headers), None)
    receive(hooks, token, body, signature)
    return HookReceipt()


@router.get("/limits", summary="How many runs go now, and how many may")
async def read_run_limit(caller: CanRead, control: Control) -> RunLimitView:
    running, most = control.slots.standing(caller.tenant_id)
    return RunLimitView(running=running, max_concurrent_runs=most)


@router.put("/limits", summary="How many of the tenant's runs may go at once; more are queued")
async def change_run_limit(body: RunLimit, caller: CanGovern, control: Control) -> RunLimitView:
    control.slots.set_limit(caller.tenant_id, body.max_concurrent_runs, caller.username)
    running, most = control.slots.standing(caller.tenant_id)
    return RunLimitView(running=running, max_concurrent_runs=most)
