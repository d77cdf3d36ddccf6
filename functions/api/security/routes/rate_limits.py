"""What is left of a rate limit, told without taking of it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.entrypoints.provided import provided
from docchain.limits.inspection import inspect_bucket
from docchain.limits.limiter import Limiter, limiter
from functions.api.security.schemas.rate_limits import RateLimitView

CHECK: Final = "/api/v3/security/rate-limit/check"

CanRead = Annotated[Caller, Depends(requires("security:read"))]
Limits = Annotated[Limiter, provided(limiter)]
Identifier = Annotated[
    str,
    Query(
        min_length=1,
        max_length=128,
        description="user:7, key:7_01J…, address:203.0.113.7, sign_in:203.0.113.7, or one's own username.",
    ),
]
Asked = Annotated[int | None, Query(ge=1, le=1_000_000, description="Without it, what the policy says (100).")]
Window = Annotated[int, Query(ge=1, le=1440, description="Names the window of `limit`.")]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.get("/rate-limit/check", summary="What is left of a rate limit; this call itself is not counted")
async def check_rate_limit(
    identifier: Identifier,
    caller: CanRead,
    origin: CallOrigin,
    limits: Limits,
    limit: Asked = None,
    window_minutes: Window = 1,
) -> RateLimitView:
    return RateLimitView.of(inspect_bucket(limits, caller, origin.ip, identifier, limit), window_minutes)
