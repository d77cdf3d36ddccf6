"""Where a request came from, by the gateway's word and not by a header's."""

from typing import Annotated

from fastapi import Depends, Request

from docchain.identity.models import Origin


async def _origin(request: Request) -> Origin:
    identity = request.scope.get("aws.event", {}).get("requestContext", {}).get("identity") or {}
    return Origin(ip=identity.get("sourceIp") or "", user_agent=identity.get("userAgent") or "")


CallOrigin = Annotated[Origin, Depends(_origin)]
