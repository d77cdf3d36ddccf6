"""Checks what a form or a program is about to send, by rules that come with it."""

from fastapi import APIRouter, Depends, Request

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.validation.check import check
from docchain.validation.limits import check_size
from functions.api.security.schemas.inputs import CheckInput, InputView

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


async def _bounded(request: Request) -> None:
    check_size(await request.body())


@router.post(
    "/validate/input",
    dependencies=[Depends(_bounded)],
    summary="Check data against rules: 20 levels, 500 fields and 256 KB at most",
)
async def validate_input(body: CheckInput, caller: LoggedIn) -> InputView:  # noqa: ARG001  # who is nobody checks nothing
    return InputView.of(check(body.data, body.rules))
